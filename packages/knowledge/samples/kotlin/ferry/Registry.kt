package ferry

enum class Weather(val wind: Int) {
    CALM(1), STORM(9);

    fun isSafe(): Boolean = wind < 5
}

class Chains {
    fun take() {}
}

open class Harbour {
    open fun release(vessel: Vessel) {
        Registry.remove(vessel) //= Registry.remove
    }

    fun bind(vessel: Vessel) {
        vessel.leave() //= Vessel.leave
    }
}

class Port : Harbour() { //= Harbour
    fun pilot() {
        if (Weather.CALM.isSafe()) release(Ferry.make()) //= Weather.isSafe, Harbour.release, Ferry.make
    }
}

object Registry {
    val chains = Chains() //= Chains
    private val vessels = mutableMapOf<String, Vessel>() //= -
    private val home: Harbour = Port() //= Port

    fun home(): Harbour = home
    fun size(): Int = vessels.size

    fun remove(vessel: Vessel) {
        vessels.remove(vessel.name) //= -
        note() //= Registry.note
    }

    private fun note() {
        vessels["a"]?.anchor() //= Vessel.anchor
        vessels.getValue("b").anchor() //= -, Vessel.anchor
    }
}

fun main() {
    val ferry = Ferry.make() //= Ferry.make
    ferry.book(Truck())?.vehicle?.chain() //= Ferry.book, Truck, Vehicle.chain
    ferry.tryBook(Car(4)) //= Bookable.tryBook, Car
    ferry.apply { load() } //= -, Ferry.load
    ferry.deck.fits(Car(2)) //= Deck.fits, Car
    val other: Vessel = ferry
    other.leave() //= Vessel.leave
    (other as Ferry).load() //= Ferry.load
    ferry.weighAnchor() //= weighAnchor
    listOf(ferry, Ferry.make()).forEach { it.load() } //= -, Ferry.make, -, Ferry.load
    val job = { ferry.load() } //= Ferry.load
    job() //= -
    try {
        ferry.sail(Port()) //= Ferry.sail, Port
    } catch (e: IllegalStateException) {
        println(e.message) //= -
    }
}
