// Package grid is a field of lights.
package grid

import "strings"

type Light struct {
	On    bool
	Level int
}

func (l *Light) Toggle() {
	l.On = !l.On
	if l.On {
		l.raise(1) //= Light.raise
	}
}

func (l *Light) raise(by int) { l.Level += by }

func (l Light) Mark() string {
	if l.On {
		return "#"
	}
	return "."
}

type Row []Light

func (r Row) Text() string {
	var b strings.Builder
	for _, one := range r {
		b.WriteString(one.Mark()) //= -, Light.Mark
	}
	return b.String() //= -
}

type Grid struct {
	rows  []Row
	Name  string
	watch Watcher
}

type Watcher interface {
	Changed(g *Grid)
}

type Nobody struct{}

func (Nobody) Changed(*Grid) {}

func New(width, height int) *Grid {
	g := &Grid{watch: Nobody{}}
	for i := 0; i < height; i++ {
		g.rows = append(g.rows, make(Row, width)) //= -, -
	}
	return g
}

func (g *Grid) At(x, y int) *Light { return &g.rows[y][x] }

func (g *Grid) Flip(x, y int) {
	g.At(x, y).Toggle() //= Grid.At, Light.Toggle
	g.watch.Changed(g)  //= Watcher.Changed
}

func (g *Grid) Watch(w Watcher) *Grid {
	g.watch = w
	return g
}

func (g *Grid) Each(visit func(l *Light)) {
	for y := range g.rows {
		for x := range g.rows[y] {
			visit(g.At(x, y)) //= -, Grid.At
		}
	}
}

func (g *Grid) Sum() (sum int) {
	g.Each(func(l *Light) { sum += weight(l) }) //= Grid.Each, weight
	return
}

func weight(l *Light) int {
	if !l.On {
		return 0
	}
	return l.Level
}

func (g *Grid) String() string {
	var lines []string
	for _, row := range g.rows {
		lines = append(lines, row.Text()) //= -, Row.Text
	}
	return strings.Join(lines, "\n") //= -
}
