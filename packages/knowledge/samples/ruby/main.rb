require_relative "app/shop" #= -

def open_shop(name)
  Shop.named(name) #= Shop.named
end

def total(shop)
  shop.sell("a") #= -
end

def run
  shop = open_shop("corner") #= open_shop
  shop.put(Item.parse("c:3")) #= Shop.put, Item.parse
  cost = shop.sell("a").plus(shop.sell("b")) #= Shop.sell, Money.plus, Shop.sell
  puts cost.to_s #= -, Money.to_s
  puts shop.offer #= -, Shop.offer
  shop.worth.zero? #= Shop.worth, Money.zero?
  shop.close #= Shop.close
  total(shop) #= total
  Money::Format.euro(5) #= Money.Format.euro
end

run if __FILE__ == $PROGRAM_NAME #= run
