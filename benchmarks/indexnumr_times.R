# Times IndexNumR on prices, in a library of its own: Rscript indexnumr_times.R LIBRARY PRICES.csv geks|geary_khamis
arguments <- commandArgs(trailingOnly = TRUE)
library(IndexNumR, lib.loc = arguments[1])
prices <- read.csv(arguments[2])
named <- list(prices, pvar = "price", qvar = "quantity", pervar = "period", prodID = "item", window = 13, splice = "mean")
measure <- if (arguments[3] == "geks") GEKSIndex else GKIndex
if (arguments[3] == "geks") named$indexMethod <- "tornqvist"
seconds <- system.time(index <- do.call(measure, named))[["elapsed"]]
cat(as.character(packageVersion("IndexNumR")), seconds, sprintf("%.15g", index[length(index)]), "\n")
