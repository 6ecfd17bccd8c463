"""Every deliberate error, one file an area, and the tree they stand in.

IndustriaError                 exit code
  StudyError                   2   the study file or the words of a command are wrong
  UsageError                   2
  DataError                    1   a table or an estimate cannot be what was asked for
    ContractError              3   a table breaks what was promised of it
  SourceError                  4   a source cannot be had
  VerificationError            5   a run does not come out again
  ReleaseRefusedError          7   something may not leave a site, or not be pooled
"""

from __future__ import annotations

from industria.errors.classifications import *
from industria.errors.engine import *
from industria.errors.estimates import *
from industria.errors.figures import *
from industria.errors.files import *
from industria.errors.parameters import *
from industria.errors.productivity import *
from industria.errors.publishers import *
from industria.errors.release import *
from industria.errors.studies import *
from industria.errors.tables import *
from industria.errors.tree import *
from industria.errors.values import *
from industria.errors.wording import *
from industria.errors.work import *
