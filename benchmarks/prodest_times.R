# Times prodest on a file of ours, started at the truth: Rscript prodest_times.R LIBRARY FILE DRAWS
told <- commandArgs(TRUE)
.libPaths(c(told[1], .libPaths()))
suppressMessages(library(prodest, quietly = TRUE))
rows <- read.csv(told[2])
seconds <- system.time(
  found <- prodestACF(rows$y, rows$l, rows$k, rows$m, rows$firm, rows$year,
    R = as.integer(told[3]), theta0 = c(0.6, 0.4)
  )
)[["elapsed"]]
cat(as.character(packageVersion("prodest")), seconds, found@Estimates$pars[[1]])
