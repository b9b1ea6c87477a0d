"""Every rule of the anomalies with its thresholds: the method page and docs/anomalies.md speak from here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from lib.names.units import LEAST_OFFLINE, LEAST_TOKENS, MOST_OFFLINE, SAMPLES_IN_WORK
from lib.vocabulary import Scenario


class FindingList(StrEnum):
    """The lists of findings: what one acts on first, what systems say of themselves, what was not entered for speed."""

    RESULTS = "results"
    DESCRIPTIONS = "descriptions"
    DEMONSTRATIONS = "demonstrations"


# In no default view, whatever its size: true, and nobody acts on it by itself.
NEVER = inf
# Between unlike hosts a gap counts from half a doubling on: of 17 that five reshuffled rounds show by chance 15 are
# smaller.
HALF_A_DOUBLING = 1.42


@dataclass(frozen=True)
class Rule:
    """One kind of anomaly: from which ratio on it is reported, and from which on an analyst would act on it.

    `weight` makes kinds comparable in one list; `default_from` is the ratio from which it stands in the default view,
    NEVER where it does not; `plain` says in a dozen words what it means to a reader; `in_list` is the list of its
    findings, but for those about demonstrations.
    """

    kind: str
    title: str
    threshold: float
    default_from: float
    weight: float
    meaning: str
    plain: str = ""
    in_list: FindingList = FindingList.RESULTS

    @property
    def shown_from(self) -> str:
        """The ratio from which it stands in the default view, in words."""
        return "never" if self.default_from == NEVER else f"{self.default_from:g}"


# Twins of one submitter share all but what the finding is to name, so a tenth is worth a line and weighs most. Acted
# on from a quarter: of pairs of one submitter with another serving layer a fourth is a fifth apart, and nobody wonders.
TWINS = Rule(
    "twins",
    "Twins apart",
    1.10,
    1.25,
    1.3,
    "Entries of one submitter with the same hardware (machine, accelerators and their number, memory, MIG slice, host "
    "processors and their number, nodes, declared power mode) whose results differ by 10% or more. The same two "
    "entries are compared in every scenario, so that 'only Server' and 'everywhere' are told apart.",
    plain="One submitter's like systems differ: a setting, the software or a mistake.",
)
# Cooling, firmware and tuning differ between submitters too: the same gap says half as much.
TWINS_ACROSS = Rule(
    "twins-across",
    "Twins of different submitters",
    1.10,
    HALF_A_DOUBLING,
    0.5,
    "The same accelerators, host processors, nodes and declared power mode entered by different submitters, whose best "
    "results differ by 10% or more. Machines, cooling and tuning differ too, so it weighs less than twins of "
    "one submitter.",
    plain="Like systems of two submitters differ: tuning, software or cooling matters here.",
)
# Offline has no bound to keep, so any excess is told and weighs more than a gap of its size between two systems. Below
# 10% neither result stands out among its peers in 18 of 31 published cases, and few would act on it.
SERVER_OVER_OFFLINE = Rule(
    "server-over-offline",
    "Server over Offline",
    1.0,
    1.10,
    1.5,
    "A system whose Server rate is above its own Offline rate in the same benchmark and unit. Offline has no latency "
    "bound, so the same software should be at least as fast there.",
    plain="Faster with a latency bound than without: the Offline run fell short.",
)
# The ratio is a matter of tuning and hangs on the accelerator, so only what is three times away is acted on: of
# eleven that five reshuffled rounds show by chance from 1.5x on one reaches that.
SCENARIO_RATIO = Rule(
    "scenario-ratio",
    "Server to Offline unlike its peers",
    1.25,
    3.0,
    0.5,
    "Server over Offline of one system, against the median of its peers (same benchmark, accelerator, class "
    "of count and round; at least 4): 1.25x or more away, a robust z-score (median and MAD) of 3.5 or more, and three "
    "quarters of the peers of one mind. Where such peers are too few or of two minds, the same accelerator "
    "in any number, then all accelerators of the round, then of all rounds (at least 8): 1.5x or more below their "
    "median, two thirds of them of one mind.",
    plain="A latency bound costs it far more, or less, than its peers.",
)
# Ranks alone shift with the hardware: the speed against like accelerators must move too. Where it moves far, the slow
# result is an outlier or a twin and told as such; so it weighs little and stands in no default view.
RANK_SHIFT = Rule(
    "rank-shift",
    "Rank shift",
    1.25,
    NEVER,
    0.3,
    "A system whose rank among the systems in common moves by at least 4 places and a tenth of their number between "
    "two benchmarks, while its speed against the median of systems with the same accelerators moves by 1.25x or more: "
    "so the hardware does not explain it.",
    plain="Leads in one benchmark and falls back in another, beyond its hardware.",
)
# The ratio guards against peers that stand close together, the robust score against those that are spread. The peers'
# hosts differ, so it says less than twins; the peers agree, so it says more than two submitters' twins. Two that agree
# are enough where the third is FEW_APART away (the constant says why).
PEER_OUTLIER = Rule(
    "peer-outlier",
    "Unlike systems with the same accelerators",
    1.25,
    HALF_A_DOUBLING,
    0.7,
    "A result per accelerator that is 1.25x or more away from the median of at least 3 other systems with the same "
    "accelerator and number (of at least 4 with any number, where too few have the same), with a robust z-score "
    "(median and MAD) of 3.5 or more, and three quarters of them of one mind. Where even these are too few, 1.4x or "
    "more away from at least 2 that are all of one mind. What one submitter reaches twice to the digit, or was asked "
    "for twice, is one peer; an inferred result is none of a measured one.",
    plain="Far from systems with the same accelerators: do not size by it.",
)
# Over all rounds 97 results reach less than one of a smaller system of the same accelerators. Where the larger system
# has less than a quarter more of them (18 beside 16), hosts and cooling explain it; half as many again that bring
# nothing are acted on.
INVERSE = Rule(
    "inverse-scaling",
    "More accelerators, less result",
    1.25,
    1.50,
    0.7,
    "A system that reaches less, as a whole, than one with fewer accelerators of the same kind (same round, benchmark, "
    "scenario, serving layer and declared power mode; any submitter), per accelerator 1.25x or more below the median "
    "of such smaller ones. One run under systems of several sizes, and what is itself far above its peers, is no "
    "evidence. Of two systems without a third nobody can say which one is odd: it is about both.",
    plain="A larger system does less than a smaller one with the same accelerators.",
)
# From round to round software gets faster: of 2,520 results that a submitter entered again with the same hardware the
# median is 1.01x of the former one, one in twenty falls below 0.96x, and 18 below 0.8x.
FORMER_SELF = Rule(
    "former-self",
    "Slower than its former self",
    1.25,
    1.40,
    0.8,
    "A submitter's result 1.25x or more below its own of the last round in which it entered the same hardware "
    "(accelerators and their number, nodes, MIG slice, serving layer and declared power mode; without accelerators the "
    "same host processors), in the same benchmark, scenario, unit and suite (datacenter or edge alone); of the same "
    "machine, where it was entered before. Minor where only another machine was, and in a declared power mode, unless "
    "its watts did not fall likewise.",
    plain="The same accelerators did better in an earlier round.",
)
# What Offline is asked for is only a guess at its rate, often set too high: one result in twenty stays below 0.6 of it.
# So the guess counts where something else says the same.
OWN_TARGET = Rule(
    "own-target",
    "Far below its own target",
    1.60,
    1.60,
    0.5,
    "A rate 1.6x or more below the one that its own run was set up for, unless systems with the same accelerators "
    "reach no more either. Alone it is minor: in Offline the target is a guess. With peers of one mind (robust z-score "
    "of 3.5, three quarters of them) or the same machine's former self 1.25x or more above it, it is not.",
    plain="The run was set up for far more than it reached.",
)
# A run that keeps the harder target keeps the easier one too: of 2,605 results with both only 4 are 3% faster in the
# harder one. Two runs of like systems differ by up to 9%, so only a tenth is acted on.
ACCURACY_TARGETS = Rule(
    "accuracy-targets",
    "Accuracy targets unlike each other",
    1.03,
    1.10,
    0.5,
    "A system that is faster by 3% or more in a model's harder accuracy target (99.9) than in its easier one (99), "
    "whose rules the same run would keep; or whose ratio of the two is 1.33x or more away from that of at least 3 "
    "peers with the same accelerators, of one mind. Minor where the two state weights of unlike types.",
    plain="One model's two accuracy targets are unlike each other without a reason.",
)
# Between systems with the same accelerators and number, host and cooling make up to 1.4x; a power mode makes 2x.
POWER = Rule(
    "power",
    "Power unlike systems with the same accelerators",
    1.50,
    2.00,
    0.6,
    "Measured power 1.5x or more away from the median of at least 2 other entries, one a machine, with the same "
    "accelerators, number and nodes in the same model and scenario, of any round and of one mind (with the same "
    "declared power mode, where there are as many, else all of one mind), 2.2x or more where a typical one declares "
    "another mode; of one other machine in several rounds, 2.2x; where these are too few, 2x or more away from the "
    "median of at least 3 other models of its own in the same scenario. Minor where it declares another mode itself, "
    "or is derived from energy.",
    plain="Draws far more, or less, power than like systems: do not compare per watt.",
)
# Losses are expected of larger systems and gains are not: 15% above is told, only 40% below is.
SCALING = Rule(
    "scaling",
    "Scaling",
    1.15,
    1.60,
    0.6,
    "Per accelerator, a submitter's larger system is 1.15x or more above its smaller one with the same accelerator "
    "(more than proportional), or reaches 60% of it or less (far below).",
    plain="More accelerators bring far less, or more, than their number promises.",
)
# Nearly all are explained by a target or by one run for two accuracy targets, and six digits agree by chance too: what
# agrees in its digits alone is minor. One run under two names doubles a result, as bad as a wrong description.
IDENTICAL = Rule(
    "identical",
    "Identical to the digit",
    1.0,
    1.0,
    0.5,
    "Different entries with the same value to the last of at least 6 digits: a shared target rate, one run "
    "entered for both accuracy targets (99 and 99.9), one run entered twice by its submitter, or none of these. Or, in "
    "any division, different systems with the same latencies to the nanosecond (mean, least, greatest and all "
    "percentiles): one run.",
    plain="Two entries show one number: a shared target, a copy or chance.",
)
# A wrong description misleads whoever compares by it; the result itself stands, so half, and in a list of its own.
DESCRIPTION = Rule(
    "description",
    "Description",
    1.0,
    1.0,
    0.5,
    "What a system says of itself cannot be so: cores unlike its CPU's, a number of accelerators, host processors or "
    "nodes that its names, its kinds, its MIG slices or a maker's limit contradict, results of a MIG entry less than "
    "half as large as its slices, accelerator memory unlike the model's by 20% or more, one public ID on two "
    "systems, 0 cores, 0 accelerators of a named kind, accelerators of no named kind.",
    plain="The system's description contradicts itself: do not compare by that field.",
    in_list=FindingList.DESCRIPTIONS,
)
# Tuning up to the bound is what the rules invite: noted, and hardly odd.
CLOSE_TO_BOUND = Rule(
    "close-to-bound",
    "Close to the bound",
    0.001,
    NEVER,
    0.2,
    "A valid result whose log holds both a latency bound and the latency at its percentile, and meets it by "
    "0.1% or less.",
    plain="Tuned to the latency limit: another run might miss it.",
)

# A record this many times outside the range of the other rounds' results of the same hardware, model, scenario and
# unit is doubted. In benchmarks counted in tokens the largest published such factor is 5.0, and 13.9 in the open
# division; a sample is 69 tokens at the least (GPT-J). Elsewhere it is 88 (another software on one laptop), and a
# wrong unit of latency is a thousand.
BEYOND_IN_TOKENS = 20.0
BEYOND = 200.0
# Other rounds confirm a result within this many times of their range, as software gets faster from round to round: of
# the published records that lie outside of it nine in ten lie within. A sample is 69 tokens at the least.
CONFIRMED = 2.0
# A number in a wrong unit is the worst of all: whoever ranks by it is misled.
UNIT = Rule(
    "unit",
    "Unit that cannot be",
    1.0,
    1.0,
    2.0,
    "A record in another unit than its benchmark, scenario and round are published in, or of a size that cannot be in "
    f"its unit: Offline below {LEAST_OFFLINE:g} or above {MOST_OFFLINE[Scenario.SERVER]:g} times its system's own "
    f"Server ({MOST_OFFLINE[Scenario.INTERACTIVE]:g} times Interactive; tokens at least {LEAST_TOKENS:g} times "
    f"samples), Offline times the latency of one stream below {SAMPLES_IN_WORK[0]:g} or above "
    f"{SAMPLES_IN_WORK[1]:,.0f} samples, or {BEYOND_IN_TOKENS:g} times outside the range of other rounds' results per "
    f"device of the same hardware ({BEYOND:g} times where no round counts tokens). It has no rank.",
    plain="A number in the wrong unit or size: not ranked.",
)

RULES = (
    TWINS,
    TWINS_ACROSS,
    SERVER_OVER_OFFLINE,
    SCENARIO_RATIO,
    RANK_SHIFT,
    PEER_OUTLIER,
    SCALING,
    INVERSE,
    FORMER_SELF,
    OWN_TARGET,
    ACCURACY_TARGETS,
    POWER,
    IDENTICAL,
    DESCRIPTION,
    CLOSE_TO_BOUND,
    UNIT,
)

# A robust z-score is (x - median) / (1.4826 MAD). 3.5 is the usual bound for it (Iglewicz and Hoaglin, 1993).
ROBUST_Z = 3.5
# A spread (of log speeds) below this one counts as this one, lest equal peers make every hair's breadth an outlier.
LEAST_SPREAD = 0.05
# This share of the peers stands within half the distance of the odd one from their median: where they stand in two
# camps, neither camp is odd.
PEERS_AGREE = 0.75
# Of two peers nobody can say which one is odd. Peers of another number scale as well, so one more must agree.
MIN_PEERS_SAME_COUNT = 3
MIN_PEERS_ANY_COUNT = 4
MIN_PEERS_OF_RATIO = 4
# Unless the two agree and the third is far: over all rounds 25 of some 700 such results are this far from both.
MIN_FEW_PEERS = 2
FEW_APART = 1.40
# The ratio of Server to Offline hangs on the model first of all, so all accelerators of a round may stand in for peers.
# They spread more: only half of their median (1 / 1.5 with the spread) says something, and only downwards, as the
# rate of Server is set by whoever submits.
MIN_WIDER_PEERS = 8
WIDER_AGREE = 2 / 3  # one kind of accelerators among them may have a ratio of its own
WIDER_RATIO = 1.50
CORROBORATED = 1.25  # how far peers or a former self must be above a result that is below its own target
RATIO_OF_TARGETS = 1.33  # what two accuracy targets are apart differs by a third between versions of software
MIN_PEERS_OF_TARGETS = 3
MIN_PEERS_OF_POWER = 2
# A system's own benchmarks of one scenario: 99 of 100 are within 1.75x of their median, what is left idles in one.
OWN_POWER = 2.00
MIN_OWN_POWERS = 3
# A declared mode that saves power makes up to 2x against none: beyond that it is more than the mode's doing.
OTHER_MODE_POWER = 2.20
# Among fewer systems four places are half the list, which a few entries that did not come can make.
MIN_RANKED_IN_COMMON = 8
MIN_RANK_SHIFT = 4
MIN_RANK_SHARE = 0.10
LEADING_RANK = 3  # a rank shift is minor where the better rank is not among these
FAR_BELOW_PROPORTIONAL = 0.60
SCHEDULED = 0.005  # a Server result this near to its target is the rate that was scheduled, not what was possible
IDLE_LATENCY = 0.5  # a Server run that uses less of its latency bound was not driven to it
# Of a thousand values some fifty pairs agree in four digits by chance, in six digits hardly one.
MIN_DIGITS = 6
# Makers' GB and GiB differ by 7% and some of the memory is kept for error correction: neither is a wrong description.
MEMORY_TOLERANCE = 0.20
# A MIG slice does up to a third more or less than its share of the whole GPU: below half of it, less than declared ran.
MIG_TOO_SMALL = 0.5
# The evidence of few pairs is drawn to the average, as if so many average ones stood beside them: one pair says little,
# a dozen outweigh the prior.
PRIOR_PAIRS = 4.0
MIN_PRECEDENTS = 3
# A difference is told as a cause where one in ten of the other pairs with it are as far apart, or more: where nine in
# ten come without such a gap and more, something else must have made it.
SEEN_FROM = 0.10
# Server over Offline is compared among systems of like size: up to 1, 2, 4, 8, 16, 64 accelerators, and more.
CLASSES_OF_COUNT = (1, 2, 4, 8, 16, 64)

# How much a finding weighs by where it stands. The open division's models are the submitter's choice: no rule compares
# its results; only what its systems say of themselves is checked.
DIVISIONS = {"closed": 1.0, "network": 0.8, "open": 0.3}
# What nobody can buy (rdi) is no ground for a purchase; what is to come (preview) nearly is.
AVAILABILITIES = {"available": 1.0, "preview": 0.9, "rdi": 0.6}
UNSTATED_DIVISION, UNSTATED_AVAILABILITY = 0.3, 0.9
DEFAULT_STANDING = 0.8  # closed and available, closed and preview, network and available
# Most readers compare what one buys for a datacenter; an edge system, or one stream on a large one, comes after that.
EDGE_WEIGHT = 0.4
# The files themselves name a reason that nobody doubts: another framework, or a setting that saves energy.
DECLARED_WEIGHT = 0.5
FEW_WEIGHT = 0.6  # two peers that agree say less than the three or four that the rule of outliers asks for
MINOR_WEIGHT = 0.5
# Below this nobody would act: a gap of 1.25x of twins in a datacenter that a quarter of like pairs reach has 0.31, one
# of 1.3x on an edge system that nothing explains 0.20, a Server rate a tenth above Offline 0.21.
LEAST_SCORE = 0.2
MAX_BITS = 6.0  # beyond 64 times the size says nothing more: something is broken

DOUBTED_FROM = DESCRIPTION.weight * DEFAULT_STANDING  # a description's score where it is no habit and counts


def standing(division: object, availability: object) -> float:
    """How much a system's findings weigh by where it was published; what is not stated has a weight of its own."""
    where = DIVISIONS.get(str(division), UNSTATED_DIVISION)
    return where * AVAILABILITIES.get(str(availability), UNSTATED_AVAILABILITY)


def documented(rule: Rule) -> str:
    """The row of docs/anomalies.md about a rule."""
    cells = (
        f"`{rule.kind}`",
        rule.title,
        f"{rule.threshold:g}",
        rule.shown_from,
        f"{rule.weight:g}",
        rule.meaning,
    )
    return f"| {' | '.join(cells)} |"
