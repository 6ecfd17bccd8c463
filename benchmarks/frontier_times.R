# Times R packages on files of ours: Rscript frontier_times.R LIBRARY FILE frontier|panel|bootstrap
told <- commandArgs(TRUE)
.libPaths(c(told[1], .libPaths()))
rows <- read.csv(told[2])
if (told[3] == "bootstrap") {
  library(Benchmarking, quietly = TRUE)
  X <- as.matrix(rows[grep("^x", names(rows))])
  Y <- as.matrix(rows[grep("^y", names(rows))])
  seconds <- system.time(found <- dea.boot(X, Y, NREP = 2000, RTS = "vrs", ORIENTATION = "in"))[["elapsed"]]
  cat(as.character(packageVersion("Benchmarking")), seconds, mean(found$eff - found$eff.bc))
} else {
  library(frontier, quietly = TRUE)
  panel <- told[3] == "panel"
  if (panel) rows <- plm::pdata.frame(rows, c("unit", "time"))
  seconds <- system.time(
    found <- sfa(output ~ capital + labor + energy, data = rows, timeEffect = panel)
  )[["elapsed"]]
  cat(as.character(packageVersion("frontier")), seconds, coef(found)[["capital"]])
}
