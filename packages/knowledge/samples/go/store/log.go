package store

import (
	"bufio"
	"io"
	"os"
)

// Log writes lines.
type Log struct {
	out   *bufio.Writer
	lines []Line
	next  func(string)
}

// Line is one line.
type Line struct {
	Text string
	No   int
}

func (l Line) Short() string { return cut(l.Text) } //= cut

func newLog() *Log {
	return &Log{out: bufio.NewWriter(os.Stderr)} //= -
}

func (l *Log) Write(text string) {
	line := Line{Text: text, No: len(l.lines)} //= -
	l.lines = append(l.lines, line)            //= -
	l.out.WriteString(line.Short())            //= -, Line.Short
	l.flush()                                  //= Log.flush
	if l.next != nil {
		l.next(text) //= -
	}
}

func (l *Log) flush() {
	if err := l.out.Flush(); err != nil { //= -
		panic(err) //= -
	}
}

func (l *Log) Clear() { l.lines = nil }

func (l *Log) Last() Line { return l.lines[len(l.lines)-1] } //= -

func (l *Log) Dump(to io.Writer) {
	for _, line := range l.lines {
		io.WriteString(to, line.Short()) //= -, Line.Short
	}
	l.Last().Short() //= Log.Last, Line.Short
}

func cut(text string) string {
	if len(text) > limit() { //= -, limit
		return text[:limit()] //= limit
	}
	return text
}
