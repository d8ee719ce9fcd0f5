package post;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

public class Office {
  private final Map<String, Route> routes = new HashMap<>(); //= -
  private int handled;

  public Office() {
    open("air", AirRoute::new); //= Office.open
  }

  void open(String name, Function<String, Route> make) {
    routes.put(name, make.apply(name)); //= -, -
  }

  void accept(List<String> lines) {
    lines.stream().map(Letter::parse).forEach(one -> send(one)); //= -, -, -, Office.send
  }

  private void send(Letter letter) {
    Route route = routes.get(letter.isHeavy() ? "road" : "air"); //= -, Letter.isHeavy
    if (route == null) {
      throw new Lost(letter); //= Office.Lost
    }
    route.add(letter).total(); //= Route.add, Route.total
    count(); //= Office.count
  }

  private void count() {
    handled++;
    Log.get().say("handled " + handled); //= Log.get, Log.say
  }

  String report() {
    StringBuilder text = new StringBuilder(); //= -
    for (Map.Entry<String, Route> one : routes.entrySet()) { //= -
      text.append(one.getValue().total()).append(one.getKey().length()); //= -, -, Route.total, -, -, -
    }
    var first = routes.values().iterator().next(); //= -, -, -
    return text + first.name(); //= Route.name
  }

  static class Lost extends RuntimeException {
    Lost(Letter letter) {
      super("lost: " + letter.to()); //= -, -
    }
  }

  public static void main(String[] args) {
    Office office = new Office(); //= Office
    office.accept(List.of(args)); //= Office.accept, -
    Log.get().say(office.report()); //= Log.get, Log.say, Office.report
  }
}
