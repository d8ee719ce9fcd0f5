package shop.service;

import java.util.LinkedList;
import java.util.List;

abstract class Sink {
  protected final List<String> lines = new LinkedList<>(); //= -

  void write(String line) {
    lines.add(line); //= -
    count(1); //= Sink.count
  }

  protected void count(int n) {}

  abstract void flush();

  static Sink toScreen() {
    return new Screen(); //= Sink.Screen
  }

  static class Screen extends Sink {
    private int seen;

    @Override
    void flush() {
      for (String line : lines) System.out.println(line); //= -
      lines.clear(); //= -
    }

    @Override
    protected void count(int n) {
      super.count(n); //= Sink.count
      seen += n;
      if (seen > limit()) flush(); //= Sink.Screen.limit, Sink.Screen.flush
    }

    private static int limit() {
      return 10;
    }
  }
}
