package ferry

import ferry.log.Journal

interface Bookable {
    fun book(vehicle: Vehicle): Ticket?
    fun tryBook(vehicle: Vehicle): Boolean = book(vehicle) != null //= Bookable.book
}

open class Vessel(val name: String) {
    private var harbour: Harbour = Registry.home() //= Registry.home

    open fun leave() {
        harbour.release(this) //= Harbour.release
    }

    fun anchor() {
        harbour.bind(this) //= Harbour.bind
        Journal.shared.write(name) //= Journal.write
    }
}

class Deck(private val lanes: Int) {
    private val places = HashMap<Int, Vehicle>() //= -

    fun fits(vehicle: Vehicle) = places.size < lanes && vehicle.weight() < limit() //= Vehicle.weight, Deck.limit

    fun put(vehicle: Vehicle) {
        require(fits(vehicle)) { "no room" } //= -, Deck.fits
        places[places.size] = vehicle
        places.values.forEach { it.chain() } //= -, Vehicle.chain
    }

    private fun limit(): Int = lanes * 10
}

abstract class Vehicle {
    abstract fun weight(): Int
    open fun plate(): String = "?"
    fun isHeavy(): Boolean = weight() > 3 //= Vehicle.weight
    fun chain() {
        Registry.chains.take() //= Chains.take
    }
}

class Car(private val seatCount: Int) : Vehicle() { //= Vehicle
    override fun weight() = 1
    fun seats() = seatCount
}

class Truck : Vehicle() { //= Vehicle
    override fun weight() = axles() * 2 //= Truck.axles
    fun axles() = 4
}

data class Ticket(val vehicle: Vehicle, val price: Int) {
    companion object {
        fun of(vehicle: Vehicle, price: Int): Ticket = Ticket(vehicle, price) //= Ticket
    }
}

fun tariff(vehicle: Vehicle): Int = if (vehicle.isHeavy()) 20 else 10 //= Vehicle.isHeavy
