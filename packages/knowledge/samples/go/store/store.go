// Package store keeps items by name.
package store

import (
	"errors"
	"fmt"
	"sort"
	"sync"

	"example.com/shop/bill"
)

// Priced has a price.
type Priced interface {
	Price() bill.Amount
	Label() string
}

// Item is one thing for sale.
type Item struct {
	Name  string
	Cents int
	owner *Owner
}

func NewItem(name string, cents int) *Item {
	return &Item{Name: clean(name), Cents: cents} //= clean
}

func (i *Item) Price() bill.Amount {
	return bill.Of(i.Cents) //= Of
}

func (i *Item) Label() string {
	if i.owner != nil {
		return i.owner.Name() + i.suffix() //= Person.Name, Item.suffix
	}
	return fmt.Sprintf("%s %s", i.Name, i.Price().String()) //= -, Item.Price, Amount.String
}

func (i *Item) suffix() string { return "'s " + i.Name }

// Store holds items behind a lock.
type Store struct {
	mu    sync.Mutex
	items map[string]*Item
	order []string
	log   *Log
	audit Auditor
}

// Auditor hears of every change.
type Auditor interface {
	Changed(what string)
}

func New(audit Auditor) (*Store, error) {
	if audit == nil {
		return nil, errors.New("no auditor") //= -
	}
	s := &Store{items: map[string]*Item{}, log: newLog(), audit: audit} //= newLog
	s.reset()                                                           //= Store.reset
	return s, nil
}

func (s *Store) reset() {
	s.order = make([]string, 0) //= -
	s.log.Clear()               //= Log.Clear
}

func (s *Store) Put(item *Item) error {
	s.mu.Lock()         //= -
	defer s.mu.Unlock() //= -
	if err := s.check(item); err != nil { //= Store.check
		return fmt.Errorf("put: %w", err) //= -
	}
	s.items[item.Name] = item
	s.order = append(s.order, item.Name) //= -
	s.note("put " + item.Label())        //= Store.note, Item.Label
	s.audit.Changed(item.Name)           //= Auditor.Changed
	return nil
}

func (s *Store) check(item *Item) error {
	if item.Price().IsZero() { //= Item.Price, Amount.IsZero
		return ErrFree
	}
	if !valid(item.Name) { //= valid
		return errors.New("bad name") //= -
	}
	return nil
}

// ErrFree says that nothing is for free.
var ErrFree = errors.New("free") //= -

func (s *Store) Get(name string) (*Item, bool) {
	item, ok := s.items[name]
	return item, ok
}

func (s *Store) Sum() bill.Amount {
	sum := bill.Zero() //= Zero
	for _, item := range s.items {
		sum = sum.Plus(item.Price()) //= Amount.Plus, Item.Price
	}
	return sum
}

func (s *Store) Each(run func(*Item)) {
	for _, name := range s.order {
		run(s.items[name]) //= -
	}
}

func (s *Store) Sorted() []*Item {
	all := s.all()                              //= Store.all
	sort.Slice(all, func(a, b int) bool { //= -
		return all[a].Price().Less(all[b].Price()) //= Item.Price, Amount.Less, Item.Price
	})
	return all
}

func (s *Store) all() []*Item {
	var found []*Item
	s.Each(func(item *Item) { //= Store.Each
		found = append(found, item) //= -
	})
	return found
}

func (s *Store) note(text string) {
	s.log.Write(text) //= Log.Write
}

func (s *Store) First() *Item { return s.all()[0] } //= Store.all
