var x <int>
var y <int>
agg @_ count
agg @s sum <int> <string>
agg @q quantize/127
clause 1
  (= @_ (count))
  (= (key @s x<int> "key") (sum y<int>))
clause 2
  (= @q (quantize x<int>))
