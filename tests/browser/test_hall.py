"""The page of a full hall in a browser: it counts down, goes in, and leaves no ticket in the address."""

import json

from playwright.sync_api import Route, expect

from page.scripts import script_address
from page.server import SEAT
from page.serving.hall import Place
from page.serving.waiting import waiting_page
from tests.browser.axe import violations
from tests.support.server import Server

QUERY = "f=x%2By+1&at=1,2"  # letter by letter: + is a blank here, and %2B a plus


def test_who_waits_goes_in_by_himself_and_the_ticket_stays_with_the_socket(server: Server, browser):
    """The scripts are the server's own; what the hall says stands here."""
    places = iter([2, 1, 0])

    def document(route: Route) -> None:
        if "seat=admitted" in route.request.url:
            head = SEAT.format(ticket="admitted", seat=script_address("seat"))
            body = f"<!DOCTYPE html><html lang=en><head><title>in</title>{head}</head><body></body></html>"
            route.fulfill(content_type="text/html", body=body)
        else:
            waiting = waiting_page(QUERY, Place(3, "t3", 600.0), "<title>f</title>", "<div>f(x)</div>")
            route.fulfill(status=503, content_type="text/html", body=bytes(waiting.body).decode())

    asked: list[str] = []

    def seat(route: Route) -> None:
        asked.append(route.request.url.rpartition("ticket=")[2])
        place = next(places)
        told = {"place": place, "ticket": f"t{place}" if place else "admitted", "again": 0.05}
        route.fulfill(content_type="application/json", body=json.dumps(told))

    page = browser.new_page()
    page.route("**/here/?*", document)
    page.route("**/here/gradviz/seat?*", seat)
    page.route(
        "**/here/gradviz/*/*.js", lambda route: route.continue_(url=route.request.url.replace("/here/", "/"))
    )
    page.goto(f"{server.url}/here/?{QUERY}#part")
    expect(page.get_by_role("status")).to_contain_text("You are number 3.")
    assert not violations(page)
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # a phone that has slept asks at once
    expect(page).to_have_title("in")
    assert asked == ["t3", "t2", "t1"]
    # its title is there before its script has run
    page.wait_for_function("shown => location.search + location.hash === shown", arg=f"?{QUERY}#part")
    socket = "(address) => { const made = new WebSocket(address); made.close(); return made.url; }"
    stream = f"ws{server.url.removeprefix('http')}/here/_stcore/stream"
    assert page.evaluate(socket, stream) == f"{stream}?seat=admitted"
    page.close()
