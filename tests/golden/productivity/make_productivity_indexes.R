# Rscript make_productivity_indexes.R [FOLDER]: writes productivity_indexes.csv, Alabama's farms by productivity.
source("peers.R")
suppressPackageStartupMessages(library(productivity))

farms <- mirrored("us_agriculture_states.csv")
outputs <- c("livestock", "crop", "other")
inputs <- c("capital", "land", "labor", "materials")
roles <- list(
  id.var = "state", time.var = "year", x.vars = paste0("q_", inputs), y.vars = paste0("q_", outputs)
)
prices <- list(w.vars = paste0("p_", inputs), p.vars = paste0("p_", outputs))
of_alabama <- function(rows, year) rows[rows$state == "AL" & rows$year == year, ]
two_years <- farms[farms$year %in% 1995:1996, ]

quietly <- function(...) {
  capture.output(found <- suppressWarnings(do.call(...)))
  found
}
found <- quietly(malm, c(list(two_years), roles, list(rts = "crs")))$Changes
found <- found[found$state == "AL", ]
parts <- c("change", "efficiency_change", "technical_change")
note("farms Malmquist", paste("AL", parts), c(found$malmquist, found$effch, found$tech))

# Asked to scale, as by default, the package divides quantities by their means and leaves prices as they are.
for (scaled in c(FALSE, TRUE)) {
  case <- if (scaled) "farms scaled" else "farms"
  asked <- c(list(farms), roles, prices, list(scaled = scaled, tech.change = FALSE))
  found <- of_alabama(quietly(fisher, asked)$Changes, 1996)
  note(paste(case, "Fisher"), c("output", "input", "tfp"), c(found$dAO, found$dAI, found$dTFP))
  note(paste(case, "Lowe"), "AL 1995", of_alabama(quietly(lowe, asked)$Levels, 1995)$TFP)
}
found <- quietly(hicksmoorsteen, c(list(two_years), roles))$Changes
note("farms Hicks-Moorsteen by shadow prices", "AL", of_alabama(found, 1996)$dTFP)
found <- quietly(fareprim, c(list(farms), roles, list(tech.change = FALSE)))$Levels
note("farms Färe-Primont by shadow prices", "AL 1995", of_alabama(found, 1995)$TFP)

keep("productivity_indexes.csv")
