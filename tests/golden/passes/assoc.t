var a <int [int]>
clause 1
  (= (key a<int [int]> 3<int>)<int> 7<int>)<int>
  (+= (key a<int [int]> 4<int>)<int> (key a<int [int]> 3<int>)<int>)<int>
  (trace (% (key a<int [int]> 5<int>)<int> (key a<int [int]> 3<int>)<int>)<int>)<void>
clause 3
  (trace arg4<int64_t>)<void>
