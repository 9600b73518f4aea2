-- Lengths, chunks and sizes.
local rows, row = require("spec.faults.row_list")()

local function broken(fault, play)
  row(fault, play, "lost", "protocol", "PROTOCOL")
end

local function large(fault, play)
  row(fault, play, "final", "protocol", "TOO_LARGE", { uncertain = true })
end

row("the same length twice", "same_length_twice", "ok")
broken("two lengths", "two_lengths")
broken("a list of lengths", "length_list")
broken("a hexadecimal length", "length_hex")
broken("a length with a sign", "length_sign")
broken("a negative length", "length_negative")
broken("an empty length", "length_empty")
broken("a length and chunks", "length_and_chunked")
broken("gzip as transfer encoding", "coding_gzip_chunked")
broken("unknown transfer encoding", "coding_unknown")
broken("chunked twice", "coding_twice")
row("length five bytes short", "length_short", "lost", "protocol", "BAD_REPLY")

row("chunks", "chunked", "ok")
row("chunks and trailers", "chunk_trailers", "ok")
broken("chunk size zz", "chunk_size/zz")
broken("chunk size -1", "chunk_size/-1")
broken("chunk size empty", "chunk_size/")
broken("chunk size of 17 digits", "chunk_size/fffffffffffffffff")
broken("no line end after a chunk", "chunk_no_end")
row("a chunk larger than what comes", "chunk_size/7fffffff", "lost", "timeout", "TIMEOUT",
  { total = 0.2, attempts = 2, slow = true })
large("endless trailers", "chunk_endless_trailers")
row("a trailer of 3,000 bytes", "chunk_long_trailer/3000", "ok")
-- libcurl's own bound is 4 KB; cosockets have ours alone, which is over all headers.
row("a trailer of 5,000 bytes", "chunk_long_trailer/5000", "final", "protocol", "TOO_LARGE", { uncertain = true,
  cosocket = { class = "ok", uncertain = false } })

large("length beyond all numbers", "length_huge")
large("announces 17 MiB", "length_17_mib")
large("sends 17 MiB", "big_length")
row("17 MiB in chunks", "big_chunked", "final", "protocol", "TOO_LARGE", { uncertain = true, slow = true })
row("17 MiB without length", "big_open", "final", "protocol", "TOO_LARGE", { uncertain = true, slow = true })
row("2 MiB of padding", "padded/2", "ok")
row("ended by the connection", "close_delimited", "ok")

return rows
