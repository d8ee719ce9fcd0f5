# What has a price and a name.
module Priced
  def label
    "#{name} #{price.to_s}" #= -, -, -
  end

  def free?
    amount.zero? #= -, -
  end
end
