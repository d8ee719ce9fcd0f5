package shop.model;

import java.util.List;
import java.util.Objects;

public final class Money implements Comparable<Money> {
  public static final Money ZERO = of(0); //= Money.of
  private final long cents;

  private Money(long cents) {
    this.cents = cents;
  }

  public static Money of(long cents) {
    return new Money(cents); //= Money
  }

  public static Money sum(List<Money> all) {
    Money sum = ZERO;
    for (Money one : all) sum = sum.plus(one); //= Money.plus
    return sum;
  }

  public Money plus(Money other) {
    return of(cents + other.cents); //= Money.of
  }

  public Money times(double factor) {
    return of(Math.round(cents * factor)); //= Money.of, -
  }

  public boolean isZero() {
    return compareTo(ZERO) == 0; //= Money.compareTo
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(cents, other.cents); //= -
  }

  public boolean less(Money other) {
    return this.compareTo(other) < 0; //= Money.compareTo
  }

  @Override
  public String toString() {
    return Format.euro(cents); //= Money.Format.euro
  }

  @Override
  public int hashCode() {
    return Objects.hash(cents); //= -
  }

  static class Format {
    static String euro(long cents) {
      return whole(cents) + "." + pad(cents % 100); //= Money.Format.whole, Money.Format.pad
    }

    private static String whole(long cents) {
      return String.valueOf(cents / 100); //= -
    }

    private static String pad(long rest) {
      return String.format("%02d", rest); //= -
    }
  }
}
