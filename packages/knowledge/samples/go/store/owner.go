package store

import (
	"strings"

	money "example.com/shop/bill"
)

// Owner owns items.
type Owner struct {
	Person
	items []*Item
}

// Person has a name.
type Person struct {
	first, last string
}

func (p *Person) Name() string { return strings.Join([]string{p.first, p.last}, " ") } //= -

func (p *Person) Initials() string {
	return upper(p.first[:1]) + upper(p.last[:1]) //= upper, upper
}

func (o *Owner) Own(item *Item) *Owner {
	item.owner = o
	o.items = append(o.items, item) //= -
	return o
}

func (o *Owner) Worth() money.Amount {
	total := money.Zero() //= Zero
	for _, one := range o.items {
		total = total.Plus(one.Price()) //= Amount.Plus, Item.Price
	}
	return total.Times(2) //= Amount.Times
}

func (o *Owner) Sign() string { return o.Name() + o.Initials() } //= Person.Name, Person.Initials

func (o *Owner) best() Priced {
	var best Priced = o.items[0]
	for _, one := range o.items {
		if best.Price().Less(one.Price()) { //= Priced.Price, Amount.Less, Item.Price
			best = one
		}
	}
	return best
}

func (o *Owner) Boast() string { return o.best().Label() } //= Owner.best, Priced.Label

func clean(name string) string { return strings.TrimSpace(name) } //= -

func valid(name string) bool { return clean(name) != "" && len(name) < limit() } //= clean, -, limit

func limit() int { return 100 }

func upper(text string) string { return strings.ToUpper(text) } //= -
