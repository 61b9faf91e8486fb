"""Beyond the first day: invitations, moderators, slow mode, silence, search, reports."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.among import befriend, write_first
from tests.browser.conftest import STREET, Open, card, in_a_thread, write
from tests.browser.test_alert_forms import NEEDED, swallow_answer
from tests.browser.test_people import go, show
from tests.support.app import Resident, ServerProcess
from tests.support.clients import Client


def test_a_hidden_group_invites_moderates_slows_down_and_is_handed_over(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    show(other, skills="apiculture urbaine")
    go(one, "/groupes/nouveau")
    one.get_by_label("Nom du groupe").fill("Ruches discrètes")
    one.get_by_role("button", name="Créer un groupe").click()
    expect(one.get_by_label("Catégorie")).to_be_focused()
    one.get_by_label("Catégorie").fill("Jardin")
    one.get_by_label("Sur invitation, caché").check()
    one.get_by_role("button", name="Créer un groupe").click()
    one.get_by_role("link", name="Membres").click()
    go(other, "/groupes")
    expect(
        other.get_by_role("button", name="Toutes").or_(other.get_by_role("searchbox"))
    ).to_be_visible()
    expect(other.get_by_text("Ruches discrètes")).to_have_count(0)
    one.get_by_role("searchbox").fill("apiculture urbaine")
    one.get_by_role("button", name="Inviter ").click()
    other.get_by_role("link", name="Ruches discrètes").click()
    other.get_by_role("button", name="Rejoindre").click()
    expect(other.get_by_role("textbox", name="Écrire au groupe")).to_be_visible()

    one.reload()
    guest = one.get_by_role("main").get_by_role("listitem").filter(has=one.locator("details"))
    guest.get_by_text("Actions").click()
    one.get_by_role("button", name="Confier la modération").click()
    expect(guest.get_by_text("modère")).to_be_visible()
    go(other, re.sub(r"^https?://[^/]+", "", one.url))
    other.get_by_text("Réglages du groupe").click()
    other.get_by_label("Catégorie").fill("Abeilles")
    other.get_by_label("Un message toutes les").select_option("60")
    other.get_by_role("button", name="Enregistrer").click()
    expect(one.get_by_text("Abeilles ·")).to_be_visible()

    one.get_by_role("button", name="Retirer la modération").click()
    expect(guest.get_by_text("modère")).to_have_count(0)
    other.get_by_role("link", name="Retour").click()
    for text in ("Première récolte.", "Et une seconde."):
        write(other, "Écrire au groupe", text)
    expect(other.get_by_text("Ici chacun attend entre deux messages")).to_be_visible()
    one.get_by_role("button", name="Confier le groupe").click()
    expect(guest).to_have_count(0)
    other.get_by_role("link", name="Membres").click()
    expect(other.get_by_text("a créé ce groupe")).to_be_visible()
    expect(other.get_by_text("Réglages du groupe")).to_be_visible()
    one.get_by_role("button", name="Signaler ce groupe").click()
    one.get_by_label("Autre chose").check()
    one.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
    expect(one.get_by_text("Numéro de suivi")).to_be_visible()


def test_a_group_renamed_after_a_lost_answer_is_founded(
    house: ServerProcess, camille: Resident, open_as: Open
) -> None:
    page = open_as(camille, "/groupes")
    swallow_answer(page, "group.create")
    page.goto(f"{house.origin}/groupes/nouveau")
    page.get_by_label("Nom du groupe").fill("Échecs")
    page.get_by_label("Catégorie").fill("Jeux")
    page.get_by_role("button", name="Créer un groupe").click()
    expect(page.get_by_role("alert").filter(has_text=NEEDED)).to_be_visible()
    page.get_by_label("Nom du groupe").fill("Échecs et dames")
    page.get_by_role("button", name="Créer un groupe").click()
    expect(page.get_by_role("heading", name="Échecs et dames")).to_be_visible()


def test_groups_that_could_not_be_asked_for_are_not_said_to_be_none(
    camille: Resident, open_as: Open
) -> None:
    page = open_as(camille, "/groupes")
    box = page.get_by_role("searchbox")
    box.fill("ornithorynque")
    expect(page.get_by_text("Aucun groupe ne correspond.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Aucun groupe")).to_be_attached()
    page.context.set_offline(True)
    expect(page.get_by_text("Hors ligne")).to_be_visible()
    box.fill("ornitho")
    expect(page.get_by_role("alert").filter(has_text="Il faut du réseau")).to_be_visible()
    expect(page.get_by_text("Aucun groupe ne correspond.")).to_have_count(0)


def test_a_person_is_reported_and_their_request_declined(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    write_first(house, nadia, camille, "Achetez mes aspirateurs")
    page = open_as(camille, "/messages")
    page.get_by_role("main").locator("a[href^='/messages/']").click()
    page.get_by_role("button", name="Options de la conversation").click()
    page.get_by_role("button", name="Signaler cette personne").click()
    page.get_by_label("De la publicité").check()
    page.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Numéro de suivi")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Refuser").click()
    expect(page).to_have_url(re.compile("/messages$"))
    expect(page.get_by_text("Pas encore de message.")).to_be_visible()


def test_a_room_is_silenced_for_a_while_and_a_message_leaves_silently(
    house: ServerProcess, camille: Resident, nadia: Resident, open_as: Open
) -> None:
    topic = befriend(house, camille, nadia)
    page = open_as(camille)
    bell = page.get_by_role("button", name="Notifications de ce lieu").locator("visible=true")
    bell.click()
    expect(page.get_by_label("Quand on me nomme")).to_be_checked()
    page.get_by_role("button", name="1 h").click()
    expect(page.get_by_text("En silence jusqu’à")).to_be_visible()
    page.get_by_role("button", name="Finir le silence").click()
    expect(page.get_by_role("button", name="1 h")).to_be_visible()
    page.keyboard.press("Escape")

    go(page, f"/messages/{topic}")
    bell.click()
    expect(page.get_by_label("Tout", exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Photo, nom, silence").click()
    page.get_by_label("Sans faire sonner").check()
    write(page, "Écrire à", "Rien d’urgent, bonne nuit.")
    expect(page.get_by_role("log").get_by_text("bonne nuit")).to_be_visible()

    async def last() -> dict[str, object]:
        async with Client(house.origin, nadia.token) as client:
            ack = await client.ask("history", topic=topic)
            return dict(ack["messages"][-1])

    said = in_a_thread(last)
    assert (said["text"], said["silent"]) == ("Rien d’urgent, bonne nuit.", True)


def test_words_are_found_by_room_author_and_day(
    camille: Resident, nadia: Resident, open_as: Open
) -> None:
    one, other = open_as(camille), open_as(nadia)
    write(one, STREET, "Le rhododendron du fond")
    go(other, "/voisinage")
    write(other, "Écrire au voisinage", "Un rhododendron à donner")
    expect(card(other, "à donner")).to_be_visible()
    go(one, "/voisinage")
    expect(card(one, "à donner")).to_be_visible()
    go(one, "/recherche")
    one.get_by_role("searchbox").fill("rhododendrons")
    one.get_by_role("searchbox").press("Enter")
    expect(one.get_by_text("2 messages trouvés")).to_be_visible()
    one.get_by_label(re.compile("^De")).select_option(nadia.account)
    expect(one.get_by_text("1 message trouvé")).to_be_visible()
    expect(one.get_by_text("Un rhododendron à donner")).to_be_visible()
    one.get_by_label("Où chercher").select_option("street")
    expect(one.get_by_text("Rien trouvé. Essayez")).to_be_visible()
    one.get_by_label(re.compile("^De")).select_option("")
    expect(one.get_by_text("Le rhododendron du fond")).to_be_visible()
    before = datetime.now(UTC).date() - timedelta(days=2)
    one.get_by_label("Jusqu’au").fill(before.isoformat())
    one.get_by_label("Jusqu’au").dispatch_event("change")
    expect(one.get_by_text("Rien trouvé. Essayez")).to_be_visible()
