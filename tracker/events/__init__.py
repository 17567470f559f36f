"""The vocabulary: every event type that the log can hold, one module a family."""

from tracker.events.acts import *
from tracker.events.agreements import *
from tracker.events.base import *
from tracker.events.commitments import *
from tracker.events.knowledge import *
from tracker.events.parsing import *
from tracker.events.proposals import *
from tracker.events.registry import *
from tracker.events.stage import *
from tracker.events.talks import *
from tracker.events.votes import *
from tracker.events.withdrawals import *
