from inspection.registry.items.seed_list import seed_register
from inspection.registry.objects.synthetic import synthetic_register


def test_the_shipped_register_is_what_the_generator_makes() -> None:
    assert seed_register() == synthetic_register(2000)
