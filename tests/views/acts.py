"""What people do to a thread, for tests of what others see of it at their next request."""

from __future__ import annotations

from geeks.models import Category, Tag
from tests import make


def pages_of(question, person):
    return {
        "front": "/",
        "unanswered": "/questions?tab=unanswered",
        "category": question.category.get_absolute_url(),
        "tag": "/questions/tagged/variance",
        "tags": "/tags",
        "question": question.get_absolute_url(),
        "newest answers": f"{question.get_absolute_url()}?sort=newest",
        "people": "/users",
        "profile": person.get_absolute_url(),
    }


def vote(thread, ada, ben, mod):
    thread.votes.cast(ben, 1)


def vote_elsewhere_for_the_answerer(thread, ada, ben, mod):
    make.answer(make.question(ada), ben).votes.cast(ada, 1)


def comment(thread, ada, ben, mod):
    thread.comments.write(ben, "Another remark")


def change_a_comment(thread, ada, ben, mod):
    thread.comments.get().edit(mod, "A better remark")


def delete_a_comment(thread, ada, ben, mod):
    thread.answers_made[0].comments.get().delete_by(mod)


def answer(thread, ada, ben, mod):
    thread.give_answer(mod, "A third answer with enough words in it.")


def edit_the_question(thread, ada, ben, mod):
    thread.edit(ada, title="Why is a variance at least zero?", body=thread.body, tags="variance moments")


def edit_an_answer(thread, ada, ben, mod):
    thread.answers_made[1].edit(ben, body="Quite another answer with enough words in it.")


def accept(thread, ada, ben, mod):
    thread.accept(thread.answers_made[0], ada)


def close(thread, ada, ben, mod):
    thread.close(mod, "unclear", "What is asked?")


def lock(thread, ada, ben, mod):
    thread.lock(mod, "disputed")


def delete_an_answer(thread, ada, ben, mod):
    thread.answers_made[0].delete_by(mod, "wrong")


def delete_the_question(thread, ada, ben, mod):
    thread.delete_by(mod, "spam")


def move(thread, ada, ben, mod):
    thread.move(mod, Category.objects.exclude(pk=thread.category_id).first() or make.category("Elsewhere"))


def rename_the_answerer(thread, ada, ben, mod):
    ben.describe(display_name="Benjamin")


def rename_the_category(thread, ada, ben, mod):
    thread.category.name = "Another name"
    thread.category.save()


def describe_the_tag(thread, ada, ben, mod):
    tag = Tag.objects.get(name="variance")
    tag.excerpt = "The mean square of deviations."
    tag.save()


def merge_the_tag(thread, ada, ben, mod):
    Tag.objects.get(name="variance").merge_into(Tag.objects.create(name="moments"), mod)


def ask_another(thread, ada, ben, mod):
    make.question(mod, title="Is the median a better middle?", tags="variance")


ACTS = [
    vote,
    vote_elsewhere_for_the_answerer,
    comment,
    change_a_comment,
    delete_a_comment,
    answer,
    edit_the_question,
    edit_an_answer,
    accept,
    close,
    lock,
    delete_an_answer,
    delete_the_question,
    move,
    rename_the_answerer,
    rename_the_category,
    describe_the_tag,
    merge_the_tag,
    ask_another,
]
