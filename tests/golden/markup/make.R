# Markups by Hall and by Roeger with least squares of base R: Rscript make.R bls_klems_growth_hall.csv
options(digits = 13)
h <- read.csv(commandArgs(TRUE)[1])
h <- h[order(h$naics, h$year), ]
inputs <- c("E", "K", "L", "M", "S")
for (j in c(inputs, "Y")) {
  growth <- log1p(ifelse(is.na(h[[paste0("delta", j)]]), 0, h[[paste0("delta", j)]]) / 100)
  h[[paste0("q", j)]] <- exp(ave(growth, h$naics, FUN = cumsum))
}
h <- h[rowSums(h[, c(inputs, "Y")] <= 0) == 0, ]
h$deltainstOP[is.na(h$deltainstOP)] <- 0
i <- 2:nrow(h)
ok <- h$naics[i] == h$naics[i - 1] & h$year[i] == h$year[i - 1] + 1
change <- function(v) (log(v[i]) - log(v[i - 1]))[ok]
share <- function(v) ((v[i] / h$Y[i] + v[i - 1] / h$Y[i - 1]) / 2)[ok]
unit <- h$naics[i][ok]
n <- sum(ok)
clustered <- function(X, u) {
  scores <- rowsum(X * u, unit)
  G <- nrow(scores)
  bread <- solve(crossprod(X))
  sqrt(diag(bread %*% crossprod(scores) %*% bread) * G / (G - 1) * (n - 1) / (n - 2))
}

x <- Reduce(`+`, lapply(inputs, function(j) share(h[[j]]) * change(h[[paste0("q", j)]])))
y <- change(h$qY)
Z <- as.matrix(h[i, grep("^deltainst", names(h))])[ok, ]
X <- cbind(1, fitted(lm(x ~ Z)))
b <- coef(lm(y ~ X[, 2]))
cat("hall", b[2], b[1], clustered(X, y - b[1] - b[2] * x)[2], n, "\n")

r <- change(h$Y)
k <- change(h$K)
S <- Reduce(`+`, lapply(setdiff(inputs, "K"), function(j) share(h[[j]])))
l <- r - Reduce(`+`, lapply(setdiff(inputs, "K"), function(j) share(h[[j]]) * change(h[[j]]))) - (1 - S) * k
b <- coef(lm(l ~ I(r - k)))
cat("roeger", b[2], b[1], clustered(cbind(1, r - k), l - b[1] - b[2] * (r - k))[2], n, "\n")
