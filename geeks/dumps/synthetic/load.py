"""Fills a site: plans it, has its blocks made by other processes, and stores them a batch a transaction.

Interrupted, it leaves a site that is right but smaller; run again with the same figures, it goes on behind the last
batch. What was planned stands in the audit: the figures, and the numbers kept free for people, posts and all else.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connections, models, transaction
from django.db.models import Max, Sum

from geeks.dumps.demo import CATEGORIES
from geeks.dumps.synthetic.community import LAST, Community
from geeks.dumps.synthetic.plan import STRIDES, Plan
from geeks.dumps.synthetic.tables import add, in_bulk, reserve, store
from geeks.dumps.synthetic.threads import COLUMNS, Maker, Rows, stamp
from geeks.dumps.synthetic.words import SYLLABLES, made_name
from geeks.models import (
    Acceptance,
    Audit,
    Category,
    Comment,
    Outbox,
    Post,
    PostTally,
    Reputation,
    Revision,
    Tag,
    Tagging,
    User,
    Vote,
)
from geeks.models.change import EVERYTHING, Change

ACTION = "fill"  # as the audit names it
BATCH = 20  # blocks a transaction
AHEAD = 3  # blocks waiting to be stored, for each process that makes them
MODELS: dict[str, type[models.Model]] = {
    "post": Post,
    "revision": Revision,
    "tagging": Tagging,
    "comment": Comment,
    "vote": Vote,
    "acceptance": Acceptance,
    "reputation": Reputation,
}
PEOPLE = "id password username display_name date_joined last_seen"
SUBJECTS = """
    algebra analysis android arrays bash bayes calculus caching certificates classification clustering combinatorics
    complexity compose convergence cryptography css databases derivatives dns docker eigenvalues encryption entropy
    estimation firewall fourier functions gradient-descent graphs hashing html http induction inequalities integrals
    iptables javascript kernel kotlin limits linear-algebra linux logarithms matrices networks neural-networks numpy
    optimization passwords permissions polynomials primes probability proofs python random regression sampling selinux
    sequences sets sorting sql ssh statistics sums tensors testing tls topology transformers trees variance vectors
"""


class FillRefused(Exception):
    """The site cannot be filled so; the message says why and what to do."""


def fill(questions: int, seed: int, processes: int = 0, report: Callable[[int], None] = lambda done: None) -> int:
    """Bring the site to hold the made-up site of these figures; returns how many questions were added (0: it is there
    already). `report` hears how many are there after each batch. Raises FillRefused."""
    with transaction.atomic():
        plan = _planned(questions, seed) or _begin(questions, seed)
    begun = done = _blocks_stored(plan)
    earned = _earned(plan) if done else Counter()
    with making(plan, done, processes) as made, in_bulk() as triggered:
        while done < plan.blocks:
            batch = range(done, min(done + BATCH, plan.blocks))
            _store(plan, batch, made, earned, triggered)
            done = batch.stop
            report(min(done * plan.block_size, questions))
    if begun < done:
        with transaction.atomic():
            Outbox.objects.announce_everything()
    return questions - min(begun * plan.block_size, questions)


@contextmanager
def making(plan: Plan, first: int, processes: int) -> Iterator[Iterator[Rows]]:
    """The blocks of a plan from number `first` on, in order; made by so many other processes, if any."""
    numbers = iter(range(first, plan.blocks))
    if first == plan.blocks or not processes:
        yield map(Maker(plan).block, numbers)
        return
    connections.close_all()  # nothing of them must come into the processes
    _share(Maker(plan))
    gc.freeze()  # what they share is looked through by none of them
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting = deque(pool.submit(_block, number) for number in islice(numbers, AHEAD * processes))

        def in_order() -> Iterator[Rows]:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(_block, number) for number in islice(numbers, 1))

        try:
            yield in_order()
        finally:
            for future in waiting:
                future.cancel()


_maker: Maker


def _share(maker: Maker) -> None:
    global _maker
    _maker = maker


def _block(number: int) -> Rows:
    return _maker.block(number)


# --- planning ---------------------------------------------------------------------------------------------------
def _planned(questions: int, seed: int) -> Plan | None:
    """The plan of an earlier run with these figures."""
    for given in Audit.objects.filter(action=ACTION).order_by("pk").values_list("detail", flat=True):
        if (given["questions"], given["seed"]) == (questions, seed):
            return _plan(questions, seed, given["first"])
        figures = f"--questions {given['questions']} --seed {given['seed']}"
        earlier = _plan(given["questions"], given["seed"], given["first"])
        if _blocks_stored(earlier) < earlier.blocks:
            raise FillRefused(f"An earlier fill was interrupted. Finish it first: fill {figures}")
        if given["seed"] == seed:
            raise FillRefused(f"This site was filled with seed {seed} before ({figures}). Choose another --seed.")
    return None


def _begin(questions: int, seed: int) -> Plan:
    """Keep numbers free for everything, make the people, and write both down."""
    community = Community.of(questions)
    if User.objects.filter(username__startswith=_username(seed, "")).exists():
        raise FillRefused(f"There are people called {_username(seed, '…')} already. Choose another --seed.")
    for position, (name, slug, description) in enumerate(CATEGORIES):
        Category.objects.get_or_create(
            slug=slug, defaults={"name": name, "description": description, "position": position}
        )
    Tag.objects.named(_tag_names(questions, seed))
    first = {name: reserve(model, STRIDES[name] * questions) for name, model in MODELS.items()}
    first["user"] = reserve(User, community.people)
    store(User, PEOPLE, list(_people(community, seed, first["user"])))
    Audit.objects.record(None, ACTION, questions=questions, seed=seed, first=first)
    return _plan(questions, seed, first)


def _plan(questions: int, seed: int, first: dict[str, int]) -> Plan:
    slugs = [slug for _, slug, _ in CATEGORIES]
    names = _tag_names(questions, seed)
    ids = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    return Plan(
        seed=seed,
        questions=questions,
        first=first,
        categories=dict(Category.objects.filter(slug__in=slugs).values_list("slug", "pk")),
        tags=tuple((ids[name], name) for name in names if name in ids),
    )


def _people(community: Community, seed: int, first: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(seed)  # noqa: S311
    for number in range(community.people):
        joined = community.joined(number)
        seen = stamp(min(LAST, joined + int(chance.expovariate(1 / 2e7))))
        # None: nobody can sign in as them.
        yield first + number, make_password(None), _username(seed, number), made_name(chance), stamp(joined), seen


def _username(seed: int, number: object) -> str:
    return f"made-{seed}-{number}"


def _tag_names(questions: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311
    names = dict.fromkeys(SUBJECTS.split())
    wanted = min(3_000, len(names) + questions // 300)
    while len(names) < wanted:
        names["".join(chance.choice(SYLLABLES) for _ in range(3))] = None
    return list(islice(names, wanted))


# --- storing ----------------------------------------------------------------------------------------------------
def _blocks_stored(plan: Plan) -> int:
    first = plan.first["post"]
    last = Post.objects.filter(pk__gte=first, pk__lt=first + plan.posts).aggregate(last=Max("pk"))["last"]
    return 0 if last is None else -(-(last - first + 1) // plan.block_posts)


def _earned(plan: Plan) -> Counter[int]:
    """What the people of an interrupted fill have in their ledgers."""
    first = plan.first["user"]
    theirs = Reputation.objects.filter(user__gte=first, user__lt=first + plan.community.people)
    return Counter({user - first: total for user, total in theirs.values_list("user").annotate(Sum("amount"))})


def _store(plan: Plan, batch: range, made: Iterator[Rows], earned: Counter[int], triggered: bool) -> None:
    """One transaction: what these blocks hold, and the counters that change with them."""
    before, tags = Counter[int](), Counter[int]()
    try:
        with transaction.atomic():
            if _blocks_stored(plan) != batch.start:
                raise FillRefused("Another fill of this site is at work. Let it finish.")
            for rows in islice(made, len(batch)):
                for name, model in MODELS.items():
                    store(model, COLUMNS[name], rows.tables[name])
                for person, amount in rows.reputation.items():
                    before.setdefault(person, earned[person])
                    earned[person] += amount
                tags.update(rows.tags)
            gains = {person: max(1, 1 + earned[person]) - max(1, 1 + had) for person, had in before.items()}
            add(User, "reputation", {plan.first["user"] + person: gain for person, gain in gains.items() if gain})
            add(Tag, "question_count", tags)
            if not triggered:
                first, end = (min(number * plan.block_posts, plan.posts) for number in (batch.start, batch.stop))
                PostTally.objects.count_new(plan.first["post"] + first, plan.first["post"] + end)
            Change.objects.note(EVERYTHING)
    except IntegrityError as error:
        raise FillRefused(f"The numbers kept free for this fill are taken: {error}") from error


def processes_for(questions: int) -> int:
    """How many processes are worth starting to make so many questions."""
    return 0 if questions < 1_000 else max(1, os.cpu_count() or 1)
