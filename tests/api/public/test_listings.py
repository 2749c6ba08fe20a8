"""What is public besides the register: draws, figures, feeds, where to object, and what one company finds of itself."""

from xml.etree import ElementTree as ET

import httpx

from tests.api.public.conftest import Press
from tests.api.public.test_pages import HOSTILE, page_of

ATOM = "{http://www.w3.org/2005/Atom}"


async def test_a_page_of_draws_that_was_never_given_out_says_so(client: httpx.AsyncClient) -> None:
    assert (await client.get("/draws?after=not-an-id")).status_code == 400


async def test_a_company_finds_its_results_by_its_code_however_it_types_it(
    client: httpx.AsyncClient, press: Press
) -> None:
    _, number = await press.publish()
    code = (await client.get(f"/public/results/{number}.json")).json()["uniscId"]
    for typed in (code, f" {code[:2].lower()} {code[2:]} "):
        page = await page_of(client, f"/lookup?code={typed}")
        assert f"/results/{number}" in {one.get("href") for one in page.all("a")}
    other = await page_of(client, "/lookup?code=91110000100000017X")
    assert f"/results/{number}" not in {one.get("href") for one in other.all("a")}


async def test_what_is_no_code_is_said_to_be_none(client: httpx.AsyncClient) -> None:
    assert "18位" in (await page_of(client, "/lookup?code=12345")).text


async def test_the_number_of_a_notice_leads_to_its_pages_whether_there_is_one_or_not(client: httpx.AsyncClient) -> None:
    answer = await client.get("/lookup?link=0123456789abcdefghjk&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/e/0123456789ABCDEFGHJK?lang=en")
    assert "20位" in (await page_of(client, "/lookup?link=short")).text


async def test_the_feed_is_well_formed_whatever_names_are_in_it(client: httpx.AsyncClient, press: Press) -> None:
    numbers = {(await press.publish(object_name=name))[1] for name in HOSTILE.values()}
    answer = await client.get("/results.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)  # noqa: S314 (our own)
    links = {one.attrib["href"].rsplit("/", 1)[1] for one in feed.iterfind(f"{ATOM}entry/{ATOM}link")}
    assert links == numbers
    kept = await client.get("/results.atom", headers={"if-none-match": answer.headers["etag"]})
    assert kept.status_code == 304


async def test_the_feed_of_an_authority_that_does_not_exist_is_empty(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    feed = ET.fromstring((await client.get("/results.atom?authority=nobody")).content)  # noqa: S314 (our own)
    assert feed.find(f"{ATOM}entry") is None


async def test_figures_of_a_year_are_the_public_ones(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    told = (await client.get("/public/statistics")).json()[0]
    page = await page_of(client, "/statistics?lang=en")
    assert f"Published results{told['published']}" in page.text.replace("\n", "")
    assert "Published results0" in (await page_of(client, "/statistics?year=2023&lang=en")).text.replace("\n", "")
