package main

import (
	"fmt"
	"os"
	"strconv"

	lights "example.com/lights/grid"
)

type counter struct {
	lights.Nobody
	count int
}

func (c *counter) Changed(g *lights.Grid) {
	c.count++
	if c.isTooMany() { //= counter.isTooMany
		fmt.Println(g.Sum()) //= -, Grid.Sum
	}
}

func (c *counter) isTooMany() bool { return c.count > limit() } //= limit

func limit() int { return 10 }

type board struct {
	*lights.Grid
	title string
}

func newBoard(title string) board {
	return board{Grid: lights.New(4, 4), title: title} //= New
}

func (b board) show() {
	fmt.Println(b.title)    //= -
	fmt.Println(b.String()) //= -, Grid.String
}

func parse(text string) (int, error) {
	n, err := strconv.Atoi(text) //= -
	if err != nil {
		return 0, fmt.Errorf("no number: %w", err) //= -
	}
	return n, nil
}

func run(args []string) error {
	b := newBoard("first") //= newBoard
	b.Watch(&counter{})    //= Grid.Watch
	for _, one := range args {
		x, err := parse(one) //= parse
		if err != nil {
			return err
		}
		b.Flip(x, 0) //= Grid.Flip
	}
	boards := map[string]board{"a": b}
	for _, each := range boards {
		each.show() //= board.show
	}
	defer b.show()      //= board.show
	other := boards["a"]
	other.At(0, 0).Toggle() //= Grid.At, Light.Toggle
	go func() {
		other.Flip(1, 1) //= Grid.Flip
	}()
	fmt.Println(other.At(1, 1).Mark()) //= -, Grid.At, Light.Mark
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil { //= run
		fmt.Println(err.Error()) //= -, -
		os.Exit(1)               //= -
	}
}
