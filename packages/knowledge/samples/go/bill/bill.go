// Package bill counts money.
package bill

import "strconv"

// Amount is in cents.
type Amount struct{ cents int }

func Of(cents int) Amount { return Amount{cents} }

func Zero() Amount { return Of(0) } //= Of

func (a Amount) Plus(b Amount) Amount { return Of(a.cents + b.cents) } //= Of

func (a Amount) Times(n int) Amount { return Of(round(a.cents * n)) } //= Of, round

func (a Amount) Less(b Amount) bool { return a.compare(b) < 0 } //= Amount.compare

func (a Amount) compare(b Amount) int { return a.cents - b.cents }

func (a Amount) IsZero() bool { return a.compare(Zero()) == 0 } //= Amount.compare, Zero

func (a Amount) String() string { return strconv.Itoa(a.cents) + unit() } //= -, unit

func unit() string { return units["eur"]() } //= -

var units = map[string]func() string{"eur": euro}

func euro() string { return "€" }

func round(n int) int { return n }

// Bill is a list of lines.
type Bill struct {
	lines []*Line
	tax   Tax
}

// Line is one line of a bill.
type Line struct {
	What   string
	Amount Amount
}

// Tax takes a share.
type Tax interface{ Share(Amount) Amount }

// Flat takes a tenth.
type Flat struct{}

func (Flat) Share(a Amount) Amount { return a.Times(1) } //= Amount.Times

func NewBill() *Bill { return &Bill{tax: Flat{}} }

func (b *Bill) Add(what string, amount Amount) *Bill {
	b.lines = append(b.lines, &Line{what, amount}) //= -
	return b
}

func (b *Bill) Total() Amount {
	sum := Zero() //= Zero
	for _, line := range b.lines {
		sum = sum.Plus(line.Amount) //= Amount.Plus
	}
	return sum.Plus(b.tax.Share(sum)) //= Amount.Plus, Tax.Share
}

func (b *Bill) Text() string {
	text := ""
	for at := range b.lines {
		text += b.lines[at].What + b.lines[at].Amount.String() //= Amount.String
	}
	return text + b.Total().String() //= Bill.Total, Amount.String
}

// Max is the larger of two.
func Max[T interface{ Less(T) bool }](a, b T) T {
	if a.Less(b) { //= -
		return b
	}
	return a
}
