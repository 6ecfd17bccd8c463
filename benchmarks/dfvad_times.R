# Times dfvad's decomposition by one method: Rscript dfvad_times.R LIBRARY FIRMS.csv METHOD
arguments <- commandArgs(trailingOnly = TRUE)
library(dfvad, lib.loc = arguments[1])
firms <- read.csv(arguments[2])
seconds <- system.time(parts <- dynamics(firms, "p", "share", "firm", "year", arguments[3]))[["elapsed"]]
# The first column is the period, the second what firms that stay add within themselves.
cat(as.character(packageVersion("dfvad")), seconds, sprintf("%.15g", sum(parts[, 2], na.rm = TRUE)), "\n")
