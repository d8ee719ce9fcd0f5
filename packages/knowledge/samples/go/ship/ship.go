// Package ship sends parcels.
package ship

import (
	"context"
	"time"

	"example.com/shop/bill"
	"example.com/shop/store"
)

// Parcel is on its way.
type Parcel struct {
	items []*store.Item
	state State
	route *Route
}

// State of a parcel.
type State int

const (
	packed State = iota
	sent
)

func (s State) next() State { return clamp(s + 1) } //= clamp

func (s State) done() bool { return s == sent }

func clamp(s State) State {
	if s > sent {
		return sent
	}
	return s
}

// Route has stops.
type Route struct{ stops []string }

func (r *Route) add(stop string) *Route {
	r.stops = append(r.stops, stop) //= -
	return r
}

func (r *Route) Len() int { return len(r.stops) } //= -

// Pack makes a parcel.
func Pack(items ...*store.Item) *Parcel {
	p := &Parcel{items: items, route: new(Route)} //= -
	p.route.add("here").add("there")              //= Route.add, Route.add
	return p
}

// Send sends it on.
func (p *Parcel) Send(ctx context.Context) error {
	select {
	case <-ctx.Done(): //= -
		return ctx.Err() //= -
	case <-time.After(time.Second): //= -
	}
	p.state = p.state.next() //= State.next
	if p.state.done() {      //= State.done
		return p.finish() //= Parcel.finish
	}
	return p.Send(ctx) //= Parcel.Send
}

func (p *Parcel) finish() error {
	for p.route.Len() > 2 { //= Route.Len
		p.route.stops = p.route.stops[1:]
	}
	return nil
}

// Cost is what it costs.
func (p *Parcel) Cost() bill.Amount {
	b := bill.NewBill() //= NewBill
	for _, item := range p.items {
		b.Add(item.Label(), item.Price()) //= Bill.Add, Item.Label, Item.Price
	}
	cost, _ := p.split(b) //= Parcel.split
	return cost.Plus(fee()) //= Amount.Plus, fee
}

func (p *Parcel) split(b *bill.Bill) (bill.Amount, bill.Amount) {
	return b.Total(), bill.Zero() //= Bill.Total, Zero
}

func fee() bill.Amount { return bill.Of(5).Times(2) } //= Of, Amount.Times

// All sends many.
func All(ctx context.Context, parcels []*Parcel) (sum bill.Amount) {
	errs := make(chan error, len(parcels)) //= -, -
	for _, p := range parcels {
		go func() { errs <- p.Send(ctx) }() //= -, Parcel.Send
	}
	for range parcels {
		if err := <-errs; err == nil {
			sum = sum.Plus(Pack().Cost()) //= Amount.Plus, Pack, Parcel.Cost
		}
	}
	by := map[State][]*Parcel{}
	for _, p := range parcels {
		by[p.state] = append(by[p.state], p) //= -
	}
	for state, list := range by {
		state.next() //= State.next
		list[0].finish() //= Parcel.finish
	}
	return sum
}
