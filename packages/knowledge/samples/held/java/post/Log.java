package post;

final class Log {
  private static Log only;

  static synchronized Log get() {
    if (only == null) only = new Log(); //= Log
    return only;
  }

  void say(String text) {
    System.out.println(stamp() + text); //= -, Log.stamp
  }

  private String stamp() {
    return Long.toString(System.nanoTime()); //= -, -
  }
}
