# Rscript make_functions.R [FOLDER]: writes functions.csv, production functions by prodest, AER and gnrprod.
source("peers.R")
suppressPackageStartupMessages({
  library(AER)
  library(prodest)
  library(gnrprod)
})

chile <- mirrored("chilean_prodest.csv")
free <- chile[c("fX1", "fX2")]
inputs <- c("fX1", "fX2", "sX")
# Starts are given: by default they are the first stage and a random number.
op <- prodestOP(chile$Y, free, chile$sX, chile$inv, chile$idvar, chile$timevar, R = 2, theta0 = 0.2)
note("Chile olley_pakes", inputs, op@Estimates$pars)
lp <- prodestLP(chile$Y, free, chile$sX, chile$pX, chile$idvar, chile$timevar, R = 2, theta0 = 0.2)
note("Chile levinsohn_petrin", inputs, lp@Estimates$pars)
robinson <- prodestROB(chile$Y, free, chile$sX, chile$pX, chile$idvar, chile$timevar)
note("Chile robinson_wooldridge", inputs, robinson@Estimates$pars)

# The same two-stage least squares once more, for errors clustered by plant: (G / (G - 1)) (N - 1) / (N - p).
before <- merge(
  chile, transform(chile[c("idvar", "timevar", "fX1", "fX2", "sX", "pX")], timevar = timevar + 1),
  by = c("idvar", "timevar"), suffixes = c("", "_before")
)
fit <- ivreg(
  Y ~ fX1 + fX2 + sX + (sX_before + pX_before)^2 + I(sX_before^2) + I(pX_before^2) |
    fX1_before + fX2_before + sX + (sX_before + pX_before)^2 + I(sX_before^2) + I(pX_before^2),
  data = before
)
note("Chile robinson_wooldridge by AER", inputs, coef(fit)[inputs])
errors <- sqrt(diag(vcovCL(fit, before$idvar, type = "HC1")))
note("Chile robinson_wooldridge by AER", paste(inputs, "clustered"), errors[inputs])

# The start decides where the search ends; a criterion of 0 is a root, any other minimum solves nothing.
starts <- list("its own start" = NULL, "least squares" = coef(lm(Y ~ fX1 + fX2 + sX, chile))[-1])
for (start in names(starts)) {
  case <- paste("Chile ackerberg_caves_frazer from", start)
  set.seed(1)
  found <- prodestACF(
    chile$Y, free, chile$sX, chile$pX, chile$idvar, chile$timevar,
    R = 2, theta0 = if (start == "least squares") as.numeric(starts[[start]])
  )
  note(case, inputs, found@Estimates$pars)
  note(case, "criterion", found@Model$opt.outcome$value)
}

# The flexible elasticity is exact; the others are where the search stops, above a criterion of 0.
colombia <- mirrored("colombian_food_gnr.csv")
for (degree in 2:3) {
  found <- gnrprod(
    output = "RGO", fixed = c("L", "K"), flex = "RI", share = "share", id = "id", time = "year", data = colombia,
    fs_control = list(degree = degree)
  )
  elasticities <- found$estimates$elas
  note(paste("Colombia of degree", degree), "RI", elasticities[["RI"]])
  case <- paste("Colombia second stage of degree", degree)
  note(case, c("L", "K"), elasticities[c("L", "K")])
  note(case, "criterion", found$second_stage$optim_info$value)
}

keep("functions.csv")
