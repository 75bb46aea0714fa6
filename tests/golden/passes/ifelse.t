var n <int>
clause 1
  if n<int>
    (trace 1<int>)<void>
  else
    if (== n<int> 2<int>)<int>
      (post++ n<int>)<int>
    else
      (trace "x")<void>
