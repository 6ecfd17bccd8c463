# Rscript make_frontier_draws.R [FOLDER]: writes frontier_draws.csv, what Benchmarking, rDEA and truncreg say of doubt.
source("peers.R")
suppressPackageStartupMessages({
  library(Benchmarking)
  library(rDEA)
  library(truncreg)
})

sites <- mirrored("charnes1981.csv")
X <- as.matrix(sites[paste0("x", 1:5)])
Y <- as.matrix(sites[paste0("y", 1:3)])
set.seed(1)
drawn <- dea.boot(X, Y, NREP = 2000, RTS = "vrs", ORIENTATION = "in")
note("schools bias", "mean", mean(drawn$bias))

doubted <- function(case, X, Y, side, null, B) {
  set.seed(1)
  found <- rts.test(X, Y, model = side, H0 = null, bw = "silverman", B = B)
  told <- c(found$w_hat, found$pvalue, found$H0level, found$bw_value)
  note(paste(case, sub("-", "", null), side), c("statistic", "p_value", "critical_value", "bandwidth"), told)
}
eleven_x <- cbind(c(5, 16, 16, 17, 18, 23, 25, 27, 37, 42, 5), c(13, 12, 26, 15, 14, 6, 10, 22, 14, 25, 17))
eleven_y <- cbind(c(12, 14, 25, 26, 8, 9, 27, 30, 31, 26, 12))
for (null in c("constant", "non-increasing")) {
  for (side in c("input", "output")) doubted("eleven units returns", eleven_x, eleven_y, side, null, 4000)
  doubted("schools returns", X, Y, "input", null, 1000)
}

hospitals <- mirrored("hospitals_japan.csv")
X <- as.matrix(hospitals[c("labor", "capital")])
Y <- as.matrix(hospitals[c("inpatients", "outpatients")])
theta <- rDEA::dea(XREF = X, YREF = Y, X = X, Y = Y, model = "input", RTS = "variable")$thetaOpt
rows <- data.frame(behind = 1 / theta, hospitals[c("z1", "z2", "z3")] / 100)
rows <- rows[rows$behind > 1 + 1e-8, ]
fit <- truncreg(behind ~ z1 + z2 + z3, data = rows, point = 1, direction = "left", tol = 1e-12, reltol = 1e-15)
note("hospitals drivers", c("intercept", "z1", "z2", "z3", "sigma"), coef(fit))
note("hospitals drivers", c("log_likelihood", "rows"), c(as.numeric(logLik(fit)), nrow(rows)))

keep("frontier_draws.csv")
