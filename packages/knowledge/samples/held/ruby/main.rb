require_relative "plot" #= -

def make_plot
  plot = Plot.new(4) #= Plot
  plot.sow(Bean.new("runner")).sow(Plant.new("rose")) #= Plot.sow, Bean, Plot.sow, Plant
  plot
end

def show(plot)
  plot.plants.each { |one| puts one.name } #= -, -, -, -
  puts plot.stamp("shown") #= -, -
end

plot = make_plot #= make_plot
3.times { plot.water_all } #= -, Plot.water_all
show plot #= show
puts plot.full? #= -, Plot.full?
Plant.check(:bean) #= Plant.check
bean = Bean.new("broad") #= Bean
bean.climb #= Bean.climb
bean.age! #= Plant.age!
