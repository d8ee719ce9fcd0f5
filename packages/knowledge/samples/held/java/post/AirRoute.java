package post;

class AirRoute extends Route {
  private final Fuel fuel = Fuel.standard(); //= AirRoute.Fuel.standard

  AirRoute(String name) {
    super(name); //= Route
  }

  @Override
  int price(Letter letter) {
    int base = letter.isHeavy() ? 300 : 120; //= Letter.isHeavy
    return base + fuel.share(letter.weight()); //= AirRoute.Fuel.share, Letter.weight
  }

  @Override
  int total() {
    return super.total() + landing(); //= Route.total, AirRoute.landing
  }

  private int landing() {
    return letters.isEmpty() ? 0 : 50; //= -
  }

  static final class Fuel {
    private final int cents;

    private Fuel(int cents) {
      this.cents = cents;
    }

    static Fuel standard() {
      return new Fuel(7); //= AirRoute.Fuel
    }

    int share(int grams) {
      return Math.max(1, grams * cents / 100); //= -
    }
  }
}
