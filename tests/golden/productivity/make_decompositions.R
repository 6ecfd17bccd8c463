# Rscript make_decompositions.R [FOLDER]: writes decompositions.csv, growth of firms and of mining by dfvad.
source("peers.R")
suppressPackageStartupMessages(library(dfvad))

# The firms are those that the package carries: periods 0, 1 and 3.
methods <- c(
  foster_haltiwanger_krizan = "fhk", griliches_regev = "gr", melitz_polanec = "mp", baily_hulten_campbell = "bhc",
  baldwin_gu = "bg", diewert_fox = "df"
)
for (method in names(methods)) {
  found <- as.data.frame(dynamics(firms, "tfp", "s", "id", "t", methods[[method]]))
  # What Melitz and Polanec call within, a change of the plain mean, is `mean` in the package.
  names(found) <- sub("^mean$", "within", names(found))
  for (part in setdiff(names(found), "t")) note(method, paste("period", found$t, part), found[[part]])
}

mining <- mirrored("mining_australia.csv")
found <- value_decom(c("h2", "x2"), c("w2", "u2"), "y2", "p2", "year", mining)
factors <- c(
  value = "value", output_price = "alpha", input_quantity = "beta", input_mix = "gamma", efficiency = "epsilon",
  technical = "tau", tfp = "TFPG"
)
for (factor in names(factors)) {
  note("mining", paste(found$growth$period, factor), found$growth[[factors[[factor]]]])
}
note("mining", paste(found$growth$period, "efficiency_level"), found$growth$efficiency)

keep("decompositions.csv")
