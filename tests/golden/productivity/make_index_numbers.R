# Rscript make_index_numbers.R [FOLDER]: writes index_numbers.csv, period 12 over 1 by IndexNumR.
source("peers.R")
suppressPackageStartupMessages(library(IndexNumR))
prices <- mirrored("ces_sigma2.csv")
given <- list(prices, pvar = "price", qvar = "quantity", pervar = "period", prodID = "product")
last <- function(measure, ...) tail(as.numeric(do.call(measure, c(given, list(...)))), 1)

formulas <- c(
  jevons = "jevons", dutot = "dutot", carli = "carli", harmonic = "harmonic", cswd = "cswd",
  laspeyres = "laspeyres", paasche = "paasche", fisher = "fisher", tornqvist = "tornqvist", walsh = "walsh",
  marshall_edgeworth = "marshalledgeworth", sato_vartia = "satovartia", geometric_laspeyres = "geomlaspeyres",
  geometric_paasche = "geompaasche", stuvel = "stuvel", palgrave = "palgrave", lowe = "lowe", young = "young",
  lloyd_moulton = "CES", time_product_dummy = "tpd"
)
for (formula in names(formulas)) {
  for (way in c(chained = "chained", fixed = "fixedBase")) {
    of <- list(indexMethod = formulas[[formula]], sample = "matched", output = way, sigma = 2, basePeriod = 1)
    if (formula == "time_product_dummy") of <- c(of, list(weights = "shares", biasAdjust = FALSE))
    note(formula, c(chained = "chained", fixedBase = "fixed")[[way]], do.call(last, c(list(priceIndex), of)))
  }
}

kernels <- c("fisher", "tornqvist")
for (kernel in kernels) note("one window", paste("geks", kernel), last(GEKSIndex, indexMethod = kernel, window = 12))
note("one window", "geary_khamis", last(GKIndex, window = 12))
note("one window", "time_product_dummy", last(WTPDIndex, window = 12))

splices <- c(
  mean = "mean", window = "window", movement = "movement", half = "half", wisp = "wisp", hasp = "hasp",
  mean_published = "mean_pub", fixed_base_expanding = "fbew", fixed_base_moving = "fbmw"
)
for (splice in names(splices)) {
  case <- paste("windows of 5", splice)
  way <- splices[[splice]]
  note(case, "geks tornqvist", last(GEKSIndex, indexMethod = "tornqvist", window = 5, splice = way))
  note(case, "geary_khamis", last(GKIndex, window = 5, splice = way))
  note(case, "time_product_dummy", last(WTPDIndex, window = 5, splice = way))
}

keep("index_numbers.csv")
