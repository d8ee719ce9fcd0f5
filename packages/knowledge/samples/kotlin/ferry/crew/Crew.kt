package ferry.crew

import ferry.Harbour

class Member(private val given: String) {
    fun name(): String = given.trim() //= -
}

class Crew private constructor(private val list: List<Member>) {
    fun members(): List<Member> = list.sortedBy { it.name() } //= -, Member.name
    operator fun get(at: Int): Member = list[at]

    companion object {
        fun standard(): Crew = Crew(listOf(Member("Cy"), Member("Di"))) //= Crew, -, Member, Member
    }
}

class Leg(val label: String) {
    fun check(): Boolean = label.isNotEmpty() //= -
}

class Route {
    private val list = mutableListOf<Leg>() //= -
    fun legs(): List<Leg> = list
    fun add(leg: Leg): Route {
        list.add(leg) //= -
        return this
    }
}

class Captain(private val name: String) {
    private val crew = Crew.standard() //= Crew.standard

    fun greet() = crew[0].name() //= Member.name
    fun signal() {}
    fun rest() = run { signal() } //= -, Captain.signal

    fun plot(to: Harbour): Route? {
        val route = Route().add(Leg("out")).add(Leg("in")) //= Route, Route.add, Leg, Route.add, Leg
        return if (route.legs().all { it.check() }) route else null //= Route.legs, -, Leg.check
    }
}
