var x <int>
var z <int>
var this->y <int>
clause 1
  (= x<int> 17<int>)<int>
  (= this->y<int> (+ (/ x<int> 7<int>)<int> (<< x<int> 2<int>)<int>)<int>)<int>
  (= z<int> (?: (> this->y<int> 3<int>)<int> 1<int> (neg x<int>)<int>)<int>)<int>
