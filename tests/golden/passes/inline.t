var x <int>
clause 1
  (trace (+ (+ (let a (+ x<int> 1<int>)<int> (* a<int> a<int>)<int>)<int> (?: (+ x<int> 2<int>)<int> (* (+ x<int> 3<int>)<int> (+ x<int> 3<int>)<int>)<int> 0<int>)<int>)<int> (* x<int> x<int>)<int>)<int>)<void>
