# Times R packages on units of ours, variable returns, inputs: Rscript dea_times.R LIBRARY FILE rDEA|Benchmarking
told <- commandArgs(TRUE)
.libPaths(c(told[1], .libPaths()))
rows <- read.csv(told[2])
X <- as.matrix(rows[grep("^x", names(rows))])
Y <- as.matrix(rows[grep("^y", names(rows))])
suppressMessages(library(told[3], character.only = TRUE, quietly = TRUE))
if (told[3] == "rDEA") {
  seconds <- system.time(found <- rDEA::dea(XREF = X, YREF = Y, X = X, Y = Y, model = "input", RTS = "variable"))
  score <- found$thetaOpt
} else {
  seconds <- system.time(score <- Benchmarking::dea(X, Y, RTS = "vrs", ORIENTATION = "in", FAST = TRUE))
}
cat(as.character(packageVersion(told[3])), seconds[["elapsed"]], format(mean(score), digits = 15))
