"""Letters at once, and the operator's way to telephones."""

import json
import smtplib
import stat
import sys

import pytest
from django.core import mail as django_mail
from tests.exchange.http.conftest import authority, serve

from tocsin.node.duty import configuration
from tocsin.node.duty.channels.gateway import Gateway, dialled
from tocsin.node.duty.channels.mail import Mail
from tocsin.node.duty.checking import BadGateway, check_gateway
from tocsin.node.duty.words import words_for
from tocsin.node.home import BadConfiguration, Configuration

__all__ = ["authority", "serve"]


@pytest.fixture
def gateway(monkeypatch):
    """gateway(command=…): what node.toml says in [duty.gateway]."""

    def configure(**given):
        monkeypatch.setattr(configuration, "duty_table", lambda: {"gateway": given})
        monkeypatch.setattr("tocsin.node.duty.channels.gateway.duty_table", lambda: {"gateway": given})

    return configure


def called(channel, alert, person):
    return channel.prepare(person, words_for(alert, person))()


@pytest.mark.parametrize(
    ("who", "said"), [("olga", "Something waits"), ("pavel", "ждёт"), ("quan", "等待")], ids=["en", "ru", "zh"]
)
def test_a_letter_goes_at_once_in_the_persons_language_and_says_nothing_of_what_it_is(raised, request, who, said):
    somebody, alert = request.getfixturevalue(who), raised()
    assert called(Mail(), alert, somebody).handed_over
    (letter,) = django_mail.outbox
    assert letter.to == [somebody.email]
    assert said in letter.body
    assert f"/alerts/{alert.pk}/" in letter.body
    assert letter.subject.startswith("EXERCISE · УЧЕНИЕ · 演练")
    for word in ("Borenia", "Борения", "博雷尼亚", "parcel"):
        assert word not in letter.subject + letter.body


@pytest.mark.parametrize(
    ("problem", "why", "passing"),
    [
        (smtplib.SMTPRecipientsRefused({}), "refused", False),
        (smtplib.SMTPServerDisconnected(), "unreachable", True),
        (ConnectionRefusedError(), "unreachable", True),
        (TimeoutError(), "too_slow", True),
    ],
)
def test_what_a_mail_server_refuses_is_recorded(raised, olga, monkeypatch, problem, why, passing):
    def send(self, messages):
        raise problem

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)
    outcome = called(Mail(), raised(), olga)
    assert (outcome.why, outcome.passing) == (why, passing)


def test_a_letter_that_only_lies_in_the_nodes_folder_has_reached_nobody(raised, olga, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    assert called(Mail(), raised(), olga).why == "no_mail_server"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+7 (000) 111-22", "+700011122"), ("8 000 1", "80001"), ("", ""), ("12", ""), ("--help", ""),
        ("+1 -oProxyCommand=x 234", "+1234"), ("0" * 21, ""), (" +1 234", "+1234"),
    ],
)  # fmt: skip
def test_a_number_is_digits_that_no_command_takes_for_an_option(written, number):
    assert dialled(written) == number


def script(folder, body: str):
    path = folder / "send-sms"
    path.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return [str(path)]


def test_a_command_is_given_the_number_and_one_line_and_its_secret_from_a_file(raised, olga, gateway, tmp_path):
    secret, seen = tmp_path / "secret", tmp_path / "seen"
    secret.write_text("hush\n")
    body = f"open({str(seen)!r}, 'w').write(repr((sys.argv[1:], os.environ.get('TOCSIN_GATEWAY_SECRET'))))"
    gateway(command=[*script(tmp_path, body), "--fast"], secret_file=str(secret))
    alert = raised()
    assert called(Gateway(), alert, olga).handed_over
    arguments, hush = eval(seen.read_text())
    assert arguments[:2] == ["--fast", "+7000111"]
    assert arguments[2] == words_for(alert, olga).line
    assert "Borenia" not in arguments[2]
    assert hush == "hush"


def test_a_command_sees_nothing_else_of_the_nodes_environment(raised, olga, gateway, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    gateway(command=script(tmp_path, "sys.exit('DATABASE_URL' in os.environ)"))
    assert called(Gateway(), raised(), olga).handed_over


@pytest.mark.parametrize(
    ("body", "timeout", "why"), [("sys.exit(3)", 60, "refused"), ("time.sleep(600)", 1, "too_slow")]
)
def test_a_command_that_fails_or_hangs_is_recorded(raised, olga, gateway, tmp_path, body, timeout, why):
    gateway(command=script(tmp_path, body), timeout=timeout)
    outcome = called(Gateway(), raised(), olga)
    assert (outcome.why, outcome.passing) == (why, True)


def test_a_command_that_is_not_there_is_recorded(raised, olga, gateway):
    gateway(command=["/no/such/command"])
    assert called(Gateway(), raised(), olga).why == "refused"


def test_a_page_is_posted_to_over_tls_with_its_secret(raised, olga, gateway, serve, authority, tmp_path):
    server = serve(lambda request: [b"HTTP/1.1 202 X\r\nContent-Length: 2\r\n\r\nok"])
    (tmp_path / "ca.pem").write_text(authority.pem)
    (tmp_path / "secret").write_text("hush")
    url = f"https://127.0.0.1:{server.port}/send?to=sms"
    gateway(url=url, ca=str(tmp_path / "ca.pem"), secret_file=str(tmp_path / "secret"))
    alert = raised()
    assert called(Gateway(), alert, olga).handed_over
    (request,) = server.requests
    assert request.target == "/send?to=sms"
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["authorization"] == "Bearer hush"
    said = json.loads(request.body)
    assert said == {"telephone": "+7000111", "text": words_for(alert, olga).line, "language": "en"}


def test_a_page_that_refuses_is_recorded(raised, olga, gateway, serve, authority, tmp_path):
    server = serve(lambda request: [b"HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n"])
    (tmp_path / "ca.pem").write_text(authority.pem)
    gateway(url=f"https://127.0.0.1:{server.port}/", ca=str(tmp_path / "ca.pem"))
    outcome = called(Gateway(), raised(), olga)
    assert (outcome.why, outcome.detail, outcome.passing) == ("refused", "403", False)


def test_without_a_gateway_or_a_number_the_record_says_which(raised, olga, quan, gateway):
    alert = raised()
    assert called(Gateway(), alert, olga).why == "no_gateway"
    gateway(command=["true"])
    assert called(Gateway(), alert, quan).why == "no_telephone"


@pytest.mark.parametrize(
    "given",
    [
        {}, {"command": ["a"], "url": "https://x"}, {"command": "a b"}, {"command": []}, {"url": "http://x/"},
        {"url": "https://"}, {"command": ["a"], "timeout": 0}, {"command": ["a"], "timeout": 61}, {"comand": ["a"]},
        {"command": ["a"], "timeout": "5"}, {"command": [1]},
    ],
)  # fmt: skip
def test_a_gateway_that_cannot_work_is_refused(given):
    with pytest.raises(BadGateway, match=r"duty\.gateway"):
        check_gateway(given)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[duty]\nladders = 1", "known are contact, gateway, ladder, repeat"),
        ("[duty]\ncontact = 'nobody'", "address of e-mail"),
        ("[duty]\nrepeat = 0", "repeat"),
        ("[[duty.ladder]]\nafter = 0\nwhom = ['first']\nby = ['mail']", 'the last rung calls "all"'),
        ("[duty.gateway]\nurl = 'http://sms.example'", "https"),
    ],
)
def test_a_node_does_not_start_with_a_ladder_that_calls_nobody(tmp_path, table, said):
    """Found out when an alert is raised, it would be too late."""
    (tmp_path / "node.toml").write_text(f"state = 'AL'\n{table}\n")
    with pytest.raises(BadConfiguration, match=said):
        Configuration.read(tmp_path)


def test_a_node_starts_with_everything_that_may_be_said_of_duty(tmp_path):
    (tmp_path / "node.toml").write_text("""
        state = "AL"
        [duty]
        repeat = 15
        contact = "operator@service.example"
        [[duty.ladder]]
        after = 0
        whom = ["first", "second"]
        by = ["push", "mail", "gateway"]
        [[duty.ladder]]
        after = 5
        whom = ["all"]
        by = ["mail"]
        [duty.gateway]
        command = ["/usr/local/bin/send-sms"]
        secret_file = "/etc/tocsin/sms"
        timeout = 20
    """)
    assert Configuration.read(tmp_path).duty["repeat"] == 15
