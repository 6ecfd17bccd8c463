# Rscript make_gaps.R [FOLDER]: writes gaps.csv, gaps of wages by the R package oaxaca and by lm and glm of R itself.
# A folder, the first argument or INDUSTRIA_MIRROR, holds the surveys in its own folder `work/decomposition`.
suppressPackageStartupMessages(library(oaxaca))
folder <- file.path(c(commandArgs(trailingOnly = TRUE), Sys.getenv("INDUSTRIA_MIRROR"))[1], "work", "decomposition")
answers <- NULL
note <- function(case, quantity, value) {
  answers <<- rbind(answers, data.frame(case, quantity, value = sprintf("%.12g", as.numeric(value))))
}

chicago <- read.csv(file.path(folder, "chicago.csv"))
chicago$wage <- exp(chicago$ln.real.wage)
model <- wage ~ age + female + LTHS + some.college + college + advanced.degree | foreign.born
invisible(capture.output(found <- suppressMessages(oaxaca(model, data = chicago, R = 2))))
note("chicago", c("n_other", "n_reference", "gap"), c(found$n$n.A, found$n$n.B, found$y$y.diff))
weightings <- c("reference", "other", "half", "share", "neumark", "pooled")
note("chicago", paste("explained", weightings), found$twofold$overall[, "coef(explained)"])
parts <- c("endowments", "coefficients", "interaction")
note("chicago", parts, found$threefold$overall[sprintf("coef(%s)", parts)])

# Women less men at the slopes of men. Means vary, too: Var(x'b) = x'Vb x + b'Vx b + tr(Vx Vb) of independent x and b.
workers <- read.csv(file.path(folder, "nlys00.csv"), stringsAsFactors = TRUE)
workers$log_wage <- log(workers$wage)
apart <- function(model, outcome, rows = workers) {
  of <- function(sex) {
    mine <- rows[rows$female == sex, ]
    fit <- lm(as.formula(paste(outcome, model)), mine)
    X <- model.matrix(fit)
    x <- colMeans(X)
    list(
      b = coef(fit), V = vcov(fit), x = x, S = cov(X) / nrow(X),
      block = attr(X, "assign"), terms = labels(terms(fit))
    )
  }
  women <- of("yes")
  men <- of("no")
  list(women = women, men = men, explained = (women$x - men$x) * men$b, unexplained = women$x * (women$b - men$b))
}
full <- paste(
  "~ age + region + education + years_worked_civilian + years_worked_military + part_time",
  "+ family_responsibility + industry"
)
workers$education <- relevel(workers$education, "10-12 yrs (no diploma or GED)")
workers$industry <- relevel(workers$industry, "Primary, Constr., Utilities")
found <- apart(full, "log_wage")
w <- found$women
m <- found$men
blocks <- c("Intercept", w$terms)[w$block + 1]
sums <- function(of) tapply(of, factor(blocks, unique(blocks)), sum)
quadratic <- function(V, a) as.numeric(t(a) %*% V %*% a)
note("nlys00", c("gap", "explained", "unexplained"), c(
  sum(found$explained + found$unexplained), sum(found$explained), sum(found$unexplained)
))
note("nlys00", c("explained standard_error", "unexplained standard_error"), sqrt(c(
  quadratic(m$V, w$x - m$x) + quadratic(w$S + m$S, m$b) + sum((w$S + m$S) * m$V),
  quadratic(w$V + m$V, w$x) + quadratic(w$S, w$b - m$b) + sum(w$S * (w$V + m$V))
)))
for (part in c("explained", "unexplained")) {
  by_block <- sums(found[[part]])
  note("nlys00", paste(part, names(by_block)), by_block)
}

# Influence functions: of a quantile with the Gaussian density of bandwidth 0.1, of Gini's index over all pairs.
short <- "~ age + education + years_worked_civilian + part_time"
totals <- function(case, influence) {
  workers$influence <- NA
  for (sex in c("yes", "no")) workers$influence[workers$female == sex] <- influence(workers[workers$female == sex, ])
  found <- apart(short, "influence", workers)
  note(case, c("explained", "unexplained"), c(sum(found$explained), sum(found$unexplained)))
  note(case, "explained years_worked_civilian", found$explained[["years_worked_civilian"]])
}
for (level in c(0.1, 0.5, 0.9)) {
  totals(paste("nlys00 quantile", level), function(rows) {
    y <- rows$log_wage
    at <- quantile(y, level, type = 1)
    # Of those who earn the quantile itself as many count as below as make the level.
    below <- (y < at) + (y == at) * (level - mean(y < at)) / mean(y == at)
    at + (level - below) / mean(dnorm(y, at, 0.1))
  })
}
totals("nlys00 gini", function(rows) {
  y <- rows$wage
  apart_from <- rowMeans(abs(outer(y, y, "-")))
  gini <- mean(apart_from) / (2 * mean(y))
  gini + (apart_from - mean(apart_from)) / mean(y) - gini * (y - mean(y)) / mean(y)
})

# Men weighted to look like women by the odds of a logit.
chance <- fitted(glm(
  (female == "yes") ~ age + region + education + years_worked_civilian + part_time + industry,
  binomial, workers,
  control = glm.control(epsilon = 1e-14, maxit = 100)
))
woman <- workers$female == "yes"
psi <- (chance / (1 - chance) * sum(!woman) / sum(woman))[!woman]
y <- workers$log_wage
spread <- function(y, w) weighted.mean((y - weighted.mean(y, w))^2, w)
men <- y[!woman]
one <- rep(1, length(men))
note("nlys00 reweighted", c("mean composition", "variance composition"), c(
  weighted.mean(men, psi) - mean(men), spread(men, psi) - spread(men, one)
))
note("nlys00 reweighted", c("mean observed", "variance observed"), c(
  mean(y[woman]) - mean(men), spread(y[woman], rep(1, sum(woman))) - spread(men, one)
))
note("nlys00 reweighted", c("mean_unscaled", "maximum"), c(mean(psi), max(psi / mean(psi))))
note("nlys00 reweighted", "effective_sample_size", sum(psi)^2 / sum(psi^2))

write.csv(answers, "gaps.csv", row.names = FALSE, quote = FALSE, eol = "\n")
