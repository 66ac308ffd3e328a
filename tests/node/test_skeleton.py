from tocsin.node.alliance.roles import MAY, Role


def test_a_person_a_role(people):
    assert set(people) == set(Role.values) == set(MAY)


def test_places(places, diseases, source):
    assert places["XX"].contains(places["XX-23"])
    assert "plague" in diseases
