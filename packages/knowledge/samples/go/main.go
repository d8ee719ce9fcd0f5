package main

import (
	"fmt"
	"log"
	"os"

	"example.com/shop/bill"
	"example.com/shop/store"
)

type app struct {
	store *store.Store
	bills map[string]*bill.Bill
	out   printer
	*config
}

type config struct{ name string }

func (c *config) title() string { return c.name }

type printer interface{ print(text string) }

type screen struct{ lines int }

func (s *screen) print(text string) {
	fmt.Println(text) //= -
	s.count()         //= screen.count
}

func (s *screen) count() { s.lines++ }

// Changed implements store.Auditor.
func (a *app) Changed(what string) { a.out.print(what) } //= printer.print

func newApp() *app {
	a := &app{bills: make(map[string]*bill.Bill), out: &screen{}, config: load()} //= -, load
	s, err := store.New(a)                                                       //= New
	must(err)                                                                    //= must
	a.store = s
	return a
}

func load() *config { return &config{name: os.Getenv("SHOP")} } //= -

func must(err error) {
	if err != nil {
		log.Fatal(err) //= -
	}
}

func (a *app) fill(names ...string) {
	for at, name := range names {
		item := store.NewItem(name, at*100) //= NewItem
		must(a.store.Put(item))             //= must, Store.Put
		a.out.print(item.Label())           //= printer.print, Item.Label
	}
}

func (a *app) sell(name string) bill.Amount {
	item, ok := a.store.Get(name) //= Store.Get
	if !ok {
		return bill.Zero() //= Zero
	}
	b := a.bill(name)                 //= app.bill
	b.Add(item.Name, item.Price())    //= Bill.Add, Item.Price
	fmt.Fprintln(os.Stdout, b.Text()) //= -, Bill.Text
	return b.Total()                  //= Bill.Total
}

func (a *app) bill(name string) *bill.Bill {
	if b, ok := a.bills[name]; ok {
		return b
	}
	made := bill.NewBill().Add("fee", bill.Of(1)) //= NewBill, Bill.Add, Of
	a.bills[name] = made
	return made
}

func (a *app) report() {
	a.out.print(a.title())            //= printer.print, config.title
	a.store.Each(func(i *store.Item) { //= Store.Each
		a.out.print(i.Label()) //= printer.print, Item.Label
	})
	for _, one := range a.store.Sorted() { //= Store.Sorted
		fmt.Println(one.Price().Times(2).String()) //= -, Item.Price, Amount.Times, Amount.String
	}
	sum := a.store.Sum() //= Store.Sum
	if sum.IsZero() {    //= Amount.IsZero
		panic("empty") //= -
	}
	best := bill.Max(sum, bill.Zero()) //= Max, Zero
	fmt.Println(best.String())         //= -, Amount.String
}

func owners(a *app) {
	owner := &store.Owner{}
	owner.Own(a.store.First()).Own(a.store.First()) //= Owner.Own, Store.First, Owner.Own, Store.First
	fmt.Println(owner.Worth().String())             //= -, Owner.Worth, Amount.String
	fmt.Println(owner.Name(), owner.Sign())         //= -, Person.Name, Owner.Sign
	var text = owner.Boast()                        //= Owner.Boast
	a.out.print(text)                               //= printer.print
	steps := []func(*app){owners, second}
	for _, step := range steps {
		step(a) //= -
	}
	switch p := a.out.(type) {
	case *screen:
		p.count() //= screen.count
	}
	if s, ok := a.out.(*screen); ok {
		s.count() //= screen.count
	}
}

func second(a *app) { func() { a.report() }() } //= -, app.report

func main() {
	a := newApp()          //= newApp
	a.fill("a", "b", "c")  //= app.fill
	total := a.sell("a").Plus(a.sell("b")) //= app.sell, Amount.Plus, app.sell
	fmt.Println(total.String()) //= -, Amount.String
	a.report() //= app.report
	owners(a)  //= owners
	defer func() { a.out.print("bye") }() //= -, printer.print
	go a.sell("c") //= app.sell
}
