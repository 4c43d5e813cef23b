"""Which clients are instrumented, and whom they tell the ids: a test class that each of their test files takes."""

from urllib.parse import quote

import pytest

import logcorr
from tests.integrations.client_driver import EXPLICIT, ClientCase, calls
from tests.integrations.echo_app import Echo


class SwitchContract(ClientCase):
    """The behaviour of instrument() and uninstrument()."""

    def test_a_redirect_to_another_host_takes_no_ids_there(self, driver, server: Echo, narrow):
        """A host that does not match gets no ids, also when one that matches sends the client to it, and back again."""
        back = server.url("/echo")
        away = server.url("/redirect?to=" + quote(back), "localhost")
        with logcorr.operation("work", tenantId="acme"):
            driver.get(server.url("/redirect?to=" + quote(away)))
        ids = calls(narrow)[0]["trace_id"], calls(narrow)[0]["span_id"]
        assert [request.header("host").split(":")[0] for request in server.seen] == [
            "127.0.0.1",
            "localhost",
            "127.0.0.1",
        ]
        assert [request.ids for request in server.seen] == [ids, ("", ""), ids]
        assert [request.header("baggage") for request in server.seen] == [
            "tenantId=acme",
            "",
            "tenantId=acme",
        ]

    def test_a_redirect_to_another_host_keeps_headers_of_the_application(self, driver, server: Echo, narrow):
        """What the caller has set itself is the caller's to send anywhere."""
        away = server.url("/echo", "localhost")
        driver.get(server.url("/redirect?to=" + quote(away)), headers={"traceparent": EXPLICIT})
        assert [request.header("traceparent") for request in server.seen] == [EXPLICIT] * 2

    def test_a_host_that_does_not_match_still_has_a_record(self, driver, server: Echo, narrow):
        """A call to a stranger is told of as any other; the stranger gets no ids."""
        driver.get(server.url("/echo", "localhost"))
        assert not {"traceparent", "tracestate", "baggage"} & server.seen[0].headers.keys()
        assert calls(narrow)[0]["message"] == "GET localhost finished"

    def test_twice_does_nothing_more(self, driver, server: Echo, on):
        """However often it is instrumented, a call has one record and one traceparent."""
        for _ in range(3):
            driver.adapter.instrument()
        driver.get(server.url())
        assert server.seen[0].ids == (calls(on)[0]["trace_id"], calls(on)[0]["span_id"])
        assert len(calls(on)) == 1

    def test_hosts_stay_until_others_are_named(self, driver, server: Echo, narrow):
        """A second instrument() without hosts does not tell the ids to more of them; one that names some does."""
        driver.adapter.instrument()
        driver.get(server.url("/echo", "localhost"))
        driver.adapter.instrument(hosts=["LOCALHOST"])
        driver.get(server.url("/echo", "localhost"))
        assert [bool(request.ids[0]) for request in server.seen] == [False, True]

    def test_uninstrument(self, driver, server: Echo, on):
        """Afterwards nothing is sent and nothing recorded, and it can be instrumented again."""
        driver.get(server.url())
        driver.adapter.uninstrument()
        driver.adapter.uninstrument()
        driver.get(server.url())
        driver.adapter.instrument()
        driver.get(server.url())
        assert [bool(request.ids[0]) for request in server.seen] == [True, False, True]
        assert len(calls(on)) == 2

    def test_a_client_made_before(self, driver, server: Echo, records):
        """A client that was there before instrument() takes part too."""
        with driver.early(lambda _: driver.adapter.instrument()) as get:
            try:
                assert get(server.url()) == 200
            finally:
                driver.adapter.uninstrument()
        assert server.seen[0].ids[1] == calls(records)[0]["span_id"]

    def test_one_client_alone(self, driver, server: Echo, records):
        """instrument(client) is for that client; others go on as they were."""
        with driver.early(driver.adapter.instrument) as get:
            assert get(server.url()) == 200
        assert driver.get(server.url()) == 200
        assert [bool(request.ids[0]) for request in server.seen] == [True, False]
        assert len(calls(records)) == 1

    def test_one_client_and_all_of_them(self, driver, server: Echo, on):
        """A client that was instrumented by itself and with all others makes one record, and its own hosts hold."""
        with driver.early(lambda client: driver.adapter.instrument(client, hosts=["localhost"])) as get:
            get(server.url())
            get(server.url("/echo", "localhost"))
        driver.get(server.url())
        assert [bool(request.ids[0]) for request in server.seen] == [False, True, True]
        assert len(calls(on)) == 3

    def test_a_client_taken_out_again(self, driver, server: Echo, records):
        """uninstrument(client) undoes instrument(client)."""

        def in_and_out(client):
            driver.adapter.instrument(client)
            driver.adapter.uninstrument(client)

        with driver.early(in_and_out) as get:
            get(server.url())
        assert (server.seen[0].ids, calls(records)) == (("", ""), [])

    @pytest.mark.parametrize(
        "hosts", ["localhost", b"x", 7, [""], [7], ["localhost:80"], ["http://a"], ["a/b"], ["u@a"]]
    )
    def test_hosts_that_are_none(self, driver, hosts):
        """What cannot be a list of host patterns is refused at instrument(), with its value and what is allowed."""
        with pytest.raises(
            logcorr.ConfigError, match=r"hosts=.* is not valid: a list of host name patterns"
        ) as refused:
            driver.adapter.instrument(hosts=hosts)
        assert repr(hosts[0] if isinstance(hosts, list) else hosts) in str(refused.value)

    def test_no_hosts(self, driver, server: Echo, on):
        """An empty list of hosts sends ids to nobody."""
        driver.adapter.instrument(hosts=[])
        driver.get(server.url())
        assert server.seen[0].ids == ("", "")

    def test_what_is_no_client(self, driver):
        """Something else than a client is refused, with what it takes."""
        for wrong in (driver.foreign, "client", 7):
            with pytest.raises(TypeError, match=r"instrument\(\) takes an? .* and not"):
                driver.adapter.instrument(wrong)
