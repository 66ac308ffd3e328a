"""How long one exchange with a peer may take."""

import ssl
import threading

import httpcore
import pytest

from tocsin.exchange.http.pace import Pace, PacedBackend, paced


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


def pace_of(time, *, patience=60, floor=1_000, most=10_000):
    return Pace(patience=patience, floor=floor, most=most, monotonic=time)


class Recorded(httpcore.NetworkBackend, httpcore.NetworkStream):
    """A connection that writes down what it was asked, and gives ten bytes whenever it is read."""

    def __init__(self):
        self.timeouts, self.written, self.closed = [], [], False

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.timeouts.append(timeout)
        return self

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self.timeouts.append(timeout)
        return self

    def read(self, max_bytes, timeout=None):
        self.timeouts.append(timeout)
        return bytes(10)

    def write(self, buffer, timeout=None):
        self.timeouts.append(timeout)
        self.written.append(len(buffer))

    def close(self):
        self.closed = True


def test_the_time_of_an_exchange_grows_with_what_moved_and_has_an_end(time):
    pace = pace_of(time)
    assert pace.left() == 60
    pace.moved(5_000)
    assert pace.left() == 65
    pace.moved(10**9)
    assert pace.left() == 70
    time.now = 71
    assert pace.left() == -1


def test_no_step_gets_more_time_than_is_left(time):
    plain = Recorded()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with paced(pace_of(time)):
        time.now = 55
        stream = PacedBackend(plain).connect_tcp("bo.example", 443, 30)
        stream = stream.start_tls(context, "bo.example", 2)
        stream.read(100, 30)
        stream.write(b"x", None)
    assert plain.timeouts == pytest.approx([5, 2, 5, 5.01])


def test_what_moved_counts_in_both_directions_and_is_written_in_pieces(time):
    plain, pace = Recorded(), pace_of(time, most=10**9)
    with paced(pace):
        stream = PacedBackend(plain).connect_tcp("bo.example", 443)
        stream.write(bytes(150_000))
        stream.read(100)
    assert plain.written == [65_536, 65_536, 18_928]
    assert pace.left() == pytest.approx(60 + 150.01)


def test_when_the_time_is_over_every_step_fails_and_a_half_made_connection_is_closed(time):
    plain = Recorded()
    with paced(pace_of(time)):
        stream = PacedBackend(plain).connect_tcp("bo.example", 443)
        time.now = 60
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(1, 30)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"x", 30)
        with pytest.raises(httpcore.ConnectTimeout):
            PacedBackend(plain).connect_tcp("bo.example", 443)
        assert not plain.closed
        with pytest.raises(httpcore.ConnectTimeout):
            stream.start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        assert plain.closed


def test_each_thread_has_its_own_pace_and_outside_of_one_there_is_none(time):
    plain = Recorded()
    stream = PacedBackend(plain).connect_tcp("bo.example", 443, 7)
    with paced(pace_of(time)):
        time.now = 100
        other = threading.Thread(target=stream.read, args=(1, 8))
        other.start()
        other.join()
    stream.read(1, 9)
    assert plain.timeouts == [7, 8, 9]
