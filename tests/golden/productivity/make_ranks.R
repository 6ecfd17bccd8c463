# Rscript make_ranks.R [FOLDER]: writes ranks.csv, sets of ranks of OECD countries in mathematics by csranks.
source("peers.R")
suppressPackageStartupMessages(library(csranks))
pisa <- mirrored("pisa2018_math.csv")
found <- csranks(
  pisa$math_score, diag(pisa$math_se^2),
  coverage = 0.95, cstype = "two-sided", stepdown = TRUE, simul = TRUE, R = 20000, seed = 1
)
note("mathematics", paste(pisa$jurisdiction, "low"), found$L)
note("mathematics", paste(pisa$jurisdiction, "high"), found$U)
keep("ranks.csv")
