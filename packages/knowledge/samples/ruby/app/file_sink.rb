require_relative "sink" #= -

class FileSink < Sink
  def write(line)
    open_file #= FileSink.open_file
    count #= Sink.count
    flush #= Sink.flush
    again(line) #= FileSink.again
  end

  def again(line)
    made = FileSink.new("again") #= FileSink
    made.flush #= Sink.flush
    made
  end

  private #= -

  def open_file
    File.open(@name, "a") { |file| file.puts(count) } #= -, -, Sink.count
  rescue IOError => e
    warn e.message #= -, -
    retry_open #= FileSink.retry_open
  end

  def retry_open
    sleep 1 #= -
  end
end
