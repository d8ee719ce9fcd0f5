package ferry

import ferry.crew.Captain
import ferry.crew.Crew
import ferry.log.Journal
import ferry.log.noted as written
import java.time.LocalDate

/** Carries vehicles between two harbours. */
class Ferry(private val captain: Captain, val deck: Deck, name: String) : Vessel(name), Bookable { //= Vessel
    private val journal = Journal() //= Journal
    private val queue: MutableList<Vehicle> = mutableListOf() //= -
    val crew by lazy { Crew.standard() } //= -, Crew.standard
    var last: Vehicle? = null

    init {
        journal.open(name) //= Journal.open
        captain.greet() //= Captain.greet
    }

    constructor(captain: Captain) : this(captain, Deck(4), "Ada") { //= Ferry, Deck
        anchor() //= Vessel.anchor
    }

    override fun book(vehicle: Vehicle): Ticket? {
        if (!deck.fits(vehicle)) return null //= Deck.fits
        queue.add(vehicle) //= -
        last = vehicle
        journal.write("booked ${vehicle.plate()}") //= Journal.write, Vehicle.plate
        return Ticket.of(vehicle, price(vehicle)) //= Ticket.of, Ferry.price
    }

    private fun price(vehicle: Vehicle): Int = when (vehicle) {
        is Truck -> vehicle.axles() * tariff(vehicle) //= Truck.axles, tariff
        is Car -> tariff(vehicle) + vehicle.seats() //= tariff, Car.seats
        else -> tariff(vehicle) //= tariff
    }

    fun load() {
        for (vehicle in queue) deck.put(vehicle) //= Deck.put
        queue.filter { it.isHeavy() }.forEach { one -> one.chain() } //= -, Vehicle.isHeavy, -, Vehicle.chain
        val first = queue.firstOrNull { it.plate() == "A" } ?: return //= -, Vehicle.plate
        first.chain() //= Vehicle.chain
        val heavy = queue.maxByOrNull { it.weight() } //= -, Vehicle.weight
        heavy?.chain() //= Vehicle.chain
        queue.clear() //= -
        captain.also { it.greet() }.signal() //= -, Captain.greet, Captain.signal
        written(journal) //= noted
        weighAnchor() //= weighAnchor
    }

    fun sail(to: Harbour): Boolean {
        val route = captain.plot(to) ?: return false //= Captain.plot
        if (to is Port) to.pilot() //= Port.pilot
        route.legs().forEach { leg -> //= Route.legs, -
            leg.check() //= Leg.check
            journal.write(leg.label) //= Journal.write
        }
        with(captain) {  //= -
            signal() //= Captain.signal
            rest() //= Captain.rest
        }
        crew.members().map { it.name() }.joinToString() //= Crew.members, -, Member.name, -
        super.leave() //= Vessel.leave
        this.anchor() //= Vessel.anchor
        return count(1) > 0 //= Ferry.count
    }

    override fun leave() {
        Registry.remove(this) //= Registry.remove
        println(LocalDate.now()) //= -, -
    }

    companion object {
        private const val LIMIT = 40
        fun make(): Ferry = Ferry(Captain("Bo")) //= Ferry, Captain
        fun count(by: Int): Int = Registry.size() + by //= Registry.size
    }
}

fun Ferry.weighAnchor() {
    load() //= Ferry.load
    sail(Registry.home()) //= Ferry.sail, Registry.home
}
