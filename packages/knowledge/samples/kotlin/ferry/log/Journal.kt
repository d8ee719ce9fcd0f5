package ferry.log

class Journal {
    private val lines = ArrayList<String>() //= -
    private var page: Page? = null

    fun open(name: String) {
        page = Page(name) //= Page
        page?.turn() //= Page.turn
    }

    fun write(line: String) {
        lines.add(line) //= -
        page?.let { it.turn() } //= -, Page.turn
    }

    companion object {
        val shared = Journal() //= Journal
    }
}

internal class Page(private val title: String) {
    fun turn() = title.length
}

fun noted(journal: Journal) {
    journal.write("noted") //= Journal.write
}
