# Rscript make_noise.R [FOLDER]: writes noise.csv, stochastic frontiers by the R package frontier.
source("peers.R")
suppressPackageStartupMessages({
  library(frontier)
  library(plm)
})

told <- function(case, fit) {
  note(case, sub("\\(Intercept\\)", "intercept", sub("^log\\((.*)\\)$", "\\1", names(coef(fit)))), coef(fit))
  note(case, "log_likelihood", logLik(fit))
}
firms <- mirrored("front41_60_firms.csv")
model <- log(output) ~ log(capital) + log(labour)
half <- sfa(model, data = firms)
told("sixty firms half_normal", half)
scores <- efficiencies(half)
note("sixty firms half_normal", c(paste("efficiency", 1:3), "mean_efficiency"), c(scores[1:3], mean(scores)))
note("sixty firms half_normal", "least_squares", logLik(half, which = "ols"))
told("sixty firms truncated_normal", sfa(model, data = firms, truncNorm = TRUE))

rice <- mirrored("rice_philippines.csv")
model <- log(PROD) ~ log(AREA) + log(LABOR) + log(NPK)
told("rice half_normal", sfa(model, data = rice))
panel <- pdata.frame(rice, c("FMERCODE", "YEARDUM"))
told("rice pitt_lee", sfa(model, data = panel))

keep("noise.csv")
